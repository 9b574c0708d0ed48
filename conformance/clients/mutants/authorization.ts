import type { MakeMutation } from "./front.js";
import { across, mutant } from "./mutant.js";
import type { ClientMutant } from "./mutant.js";
import {
  A,
  B,
  both,
  CODE,
  DISCOVERY,
  INDEX,
  newest,
  O,
  of,
  PAGE,
  RESOURCE,
  SECURITY,
  three,
} from "./authorization-pages.js";
import { asksAt, carries, challenged, isOpening, names, opens, posts, reopened, reposted, returned } from "./visits.js";

const withoutPkce: MakeMutation = () => ({
  visit: (visit) =>
    reposted(
      reopened(visit, ({ searchParams }) => {
        searchParams.delete("code_challenge");
        searchParams.delete("code_challenge_method");
      }),
      (form) => form.delete("code_verifier"),
    ),
});

/** The token in the query of each message. */
const inQuery =
  (keepsHeader: boolean): MakeMutation =>
  (hands) => {
    let query = "";
    const inner = carries((headers, token) => {
      query = `?access_token=${token}`;
      if (!keepsHeader) delete headers["authorization"];
    })(hands);
    return { ...inner, path: (path) => path + query };
  };

/** Clients that are wrong about codes, resources, tokens and where to find whom. */
export const ofAuthorization: readonly ClientMutant[] = [
  mutant(
    "no-pkce",
    [of(O, "implementation-requirements/2"), of(A, `${CODE}1`), of(B, `${CODE}1`), ...newest(SECURITY, `${CODE}1`)],
    "Does without PKCE.",
    withoutPkce,
  ),
  mutant(
    "plain-pkce",
    [of(O, "implementation-requirements/2"), of(B, `${CODE}2`), ...newest(SECURITY, `${CODE}2`)],
    "Sends the verifier itself as its challenge.",
    opens((query) => query.set("code_challenge_method", "plain")),
  ),
  mutant(
    "other-verifier",
    [of(A, `${CODE}1`), of(B, `${CODE}1`), ...newest(SECURITY, `${CODE}1`)],
    "Sends another verifier than that of the challenge.",
    posts((form) => {
      if (form.has("code_verifier")) form.set("code_verifier", "v".repeat(43));
    }),
  ),
  mutant(
    "code-without-resource",
    [...three(INDEX, `${RESOURCE}1`), ...three(INDEX, `${RESOURCE}2`)],
    "Does not say for which server it wants a code.",
    opens((query) => query.delete("resource")),
  ),
  mutant(
    "token-without-resource",
    [...three(INDEX, `${RESOURCE}2`), ...three(SECURITY, "token-audience-binding-and-validation/1")],
    "Does not say for which server it wants a token.",
    posts((form) => form.delete("resource")),
  ),
  mutant(
    "resource-where-known",
    [...three(INDEX, "canonical-server-uri/4"), ...three(SECURITY, "access-token-privilege-restriction/5")],
    "Names the resource only to servers that say they know that.",
    names((params) => params.delete("resource")),
  ),
  mutant(
    "other-resource",
    three(INDEX, `${RESOURCE}3`),
    "Names another server as the resource.",
    names((params) => params.set("resource", "https://evil.example/mcp")),
  ),
  mutant(
    "broad-resource",
    [...three(INDEX, `${RESOURCE}4`), ...three(INDEX, "canonical-server-uri/1")],
    "Names the whole origin as the resource.",
    names((params) => {
      const resource = params.get("resource");
      if (resource !== null) params.set("resource", new URL(resource).origin);
    }),
  ),
  mutant(
    "resource-with-a-slash",
    three(INDEX, "canonical-server-uri/3"),
    "Writes the resource as its parser of URLs does.",
    names((params) => {
      const resource = params.get("resource");
      if (resource !== null) params.set("resource", new URL(resource).href);
    }),
  ),
  mutant(
    "token-in-query",
    [...across([O, A, B], `${PAGE}#token-requirements/4`), ...newest(INDEX, "token-requirements/4")],
    "Sends the token in the query, too.",
    inQuery(true),
  ),
  mutant(
    "token-in-query-alone",
    [...across([O, A, B], `${PAGE}#token-requirements/2`), ...newest(INDEX, "token-requirements/2")],
    "Sends the token in the query, and not in the header field.",
    inQuery(false),
  ),
  mutant(
    "token-once",
    [...across([O, A, B], `${PAGE}#token-requirements/3`), ...newest(INDEX, "token-requirements/3")],
    "Sends the token with its first request alone.",
    carries((headers, _, count) => {
      if (count > 0) delete headers["authorization"];
    }),
  ),
  mutant(
    "token-by-another-scheme",
    [...across([O, A, B], `${PAGE}#token-requirements/1`), ...newest(INDEX, "token-requirements/1")],
    "Sends the token by the scheme Token.",
    carries((headers, token) => (headers["authorization"] = `Token ${token}`)),
  ),
  mutant(
    "foreign-token",
    three(INDEX, "token-handling/5"),
    "Sends a token that another authorization server issued.",
    carries((headers) => (headers["authorization"] = "Bearer of-another")),
  ),
  mutant(
    "deaf-to-challenges",
    [
      of(A, "authorization-server-location/4"),
      ...across([B], `${PAGE}#protected-resource-metadata-discovery-requirements/2`),
      ...newest(DISCOVERY, "protected-resource-metadata-discovery-requirements/2"),
    ],
    "Does not read in the challenge where the metadata lie.",
    challenged((field) => field.replace("resource_metadata=", "other=")),
  ),
  mutant(
    "first-challenge-alone",
    [
      of(A, "authorization-server-location/4"),
      of(B, "protected-resource-metadata-discovery-requirements/8"),
      ...newest(DISCOVERY, "protected-resource-metadata-discovery-requirements/3"),
    ],
    "Reads the first challenge of a header field alone.",
    challenged((field) => (field.startsWith("Bearer") ? field : "Basic")),
  ),
  mutant(
    "root-first",
    [
      of(B, "protected-resource-metadata-discovery-requirements/2"),
      ...newest(DISCOVERY, "protected-resource-metadata-discovery-requirements/2"),
    ],
    "Looks for the resource's metadata at the root first.",
    asksAt((path) => path.replace("/oauth-protected-resource/mcp", "/oauth-protected-resource")),
  ),
  mutant(
    "openid-first",
    [
      ...both(DISCOVERY, "authorization-server-metadata-discovery/2.1"),
      ...both(DISCOVERY, "authorization-server-metadata-discovery/3.1"),
    ],
    "Looks for the metadata of OpenID first.",
    asksAt((path) => path.replace("oauth-authorization-server", "openid-configuration")),
  ),
  mutant(
    "path-at-the-end",
    both(DISCOVERY, "authorization-server-metadata-discovery/2.2"),
    "Puts the issuer's path before the well-known part at once.",
    asksAt((path) => path.replace(/^(\/\.well-known\/openid-configuration)(\/\w+)$/, "$2$1")),
  ),
  mutant(
    "nothing-appended",
    both(DISCOVERY, "authorization-server-metadata-discovery/2.3"),
    "Never puts the issuer's path before the well-known part.",
    asksAt((path) => path.replace(/^(\/\w+)(\/\.well-known\/openid-configuration)$/, "$2$1")),
  ),
  mutant(
    "no-openid",
    [
      ...both(DISCOVERY, "authorization-server-metadata-discovery/2.2"),
      ...both(DISCOVERY, "authorization-server-metadata-discovery/3.2"),
      ...both(INDEX, "overview/7"),
    ],
    "Knows metadata of RFC 8414 alone.",
    asksAt((path) => path.replace("openid-configuration", "oauth-authorization-server")),
  ),
  mutant(
    "endpoints-by-default",
    [of(A, "overview/6"), of(A, "server-metadata-discovery/1"), of(O, "overview/3")],
    "Uses the default endpoints, whatever the metadata say.",
    () => ({
      visit: (visit) =>
        reopened({ ...visit, path: visit.path.replace(/^\/oauth\/(?:v2\/)?/, "/") }, (url) => {
          url.pathname = url.pathname.replace(/^\/oauth\/(?:v2\/)?/, "/");
        }),
    }),
  ),
  ...["authorize", "token", "register"].map((name, at) =>
    mutant(
      `${name}-below-the-path`,
      [of(O, `fallbacks-for-servers-without-metadata-discovery/1.${at + 1}`), of(O, "authorization-base-url/1")],
      `Takes /${name} for a path below that of the server.`,
      () => ({
        visit: (visit) =>
          reopened({ ...visit, path: visit.path.replace(new RegExp(`^/${name}$`), `/v1/${name}`) }, (url) => {
            url.pathname = url.pathname.replace(new RegExp(`^/${name}$`), `/v1/${name}`);
          }),
      }),
    ),
  ),
  mutant(
    "metadata-below-the-path",
    [of(O, "authorization-base-url/2"), of(O, "overview/3")],
    "Looks for metadata below the server's path.",
    asksAt((path) => path.replace(/^(?=\/\.well-known\/oauth-authorization-server$)/, "/v1")),
  ),
  mutant(
    "endpoints-unasked",
    [of(O, "fallbacks-for-servers-without-metadata-discovery/2")],
    "Uses the default endpoints without having asked for metadata.",
    () => ({ visit: (visit) => (visit.path.includes("/oauth-authorization-server") ? undefined : visit) }),
  ),
  mutant(
    "no-state",
    three(SECURITY, "open-redirection/3"),
    "Sends no state.",
    opens((query) => query.delete("state")),
  ),
  mutant("state-unread", three(SECURITY, "open-redirection/3"), "Does not look at the state that comes back.", () => {
    let state = "";
    return {
      visit: (visit) => reopened(visit, ({ searchParams }) => (state = searchParams.get("state") ?? "")),
      reply: (reply, visit) =>
        visit && isOpening(visit) ? returned(reply, (back) => back.set("state", state)) : reply,
    };
  }),
];
