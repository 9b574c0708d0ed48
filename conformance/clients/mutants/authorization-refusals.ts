import { B, both, CODE, INDEX, newest, PAGE, SECURITY, three } from "./authorization-pages.js";
import { mutant } from "./mutant.js";
import type { ClientMutant } from "./mutant.js";
import { challenged, isMetadata, isOpening, isRegistration } from "./visits.js";
import { opens, opensIf, reads, reopened, returned, upon } from "./visits.js";

const mitigation = (...numbers: readonly string[]): readonly string[] =>
  numbers.map((number) => `security/security_best_practices#mitigation/${number}`);
const METADATA = "authorization-server-metadata-discovery/";
const ISS = "authorization-response-validation/";
const SCOPE = "scope-selection-strategy/";
const CHALLENGE = "protected-resource-metadata-discovery-requirements/";
const STEP_UP = "step-up-authorization-flow/";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** Clients that go on where they have to stop, ask for too much or too little, or go where they must not. */
export const ofRefusals: readonly ClientMutant[] = [
  mutant(
    "any-issuer",
    newest("authorization-server-discovery", `${METADATA}4`, `${METADATA}5`, `${METADATA}6`),
    "Takes metadata whoever they name as their issuer.",
    reads(isMetadata, (document, { headers }) => ({ ...document, issuer: `http://${headers["host"] ?? ""}` })),
  ),
  mutant(
    "pkce-unasked",
    [
      ...both(SECURITY, `${CODE}1`),
      ...both(SECURITY, `${CODE}3`),
      ...both(SECURITY, `${CODE}4`),
      ...both(SECURITY, `${CODE}5`),
      ...both(SECURITY, `${CODE}6`),
    ],
    "Does not look whether PKCE is supported.",
    reads(isMetadata, (document) => ({ ...document, code_challenge_methods_supported: ["S256"] })),
  ),
  mutant(
    "iss-unread",
    newest(INDEX, `${ISS}4.1`, `${ISS}4.2`, `${ISS}4.3`, `${ISS}6`),
    "Does not look at the issuer that comes back.",
    () => {
      let issuer = "";
      return {
        reply: (reply, visit) => {
          if (visit && isMetadata(visit) && reply.status === 200)
            issuer = (JSON.parse(reply.body) as { issuer: string }).issuer;
          return visit && isOpening(visit) ? returned(reply, (back) => back.set("iss", issuer)) : reply;
        },
      };
    },
  ),
  mutant("iss-demanded", newest(INDEX, `${ISS}4.4`), "Wants an issuer that nobody announced.", () => ({
    reply: (reply, visit) =>
      visit && isOpening(visit)
        ? returned(reply, (back) => {
            if (!back.has("iss")) back.set("iss", "https://nobody.example");
          })
        : reply,
  })),
  mutant(
    "errors-of-anybody",
    newest(INDEX, `${ISS}7`),
    "Tries again when an error says so, whoever says it.",
    (hands) => {
      let opened: string | undefined;
      return {
        visit: (visit) => {
          if (isOpening(visit)) opened ??= visit.path;
          return visit;
        },
        reply: (reply, visit) => {
          const error = /[?&]error=/.test(reply.headers["Location"] ?? "");
          if (visit && isOpening(visit) && error && opened !== undefined) {
            hands.visit({ at: "server", path: opened });
            opened = undefined;
          }
          return reply;
        },
      };
    },
  ),
  mutant(
    "scope-of-the-resource",
    [...[5, 6].map((n) => `${B}/${PAGE}#${CHALLENGE}${n}`), ...newest(INDEX, `${SCOPE}3`, `${SCOPE}4`)],
    "Asks for the scopes that the resource lists, whatever the challenge says.",
    challenged((field, status) => (status === 401 ? field.replace(/scope="[^"]*"/, 'x="y"') : field)),
  ),
  mutant(
    "broad-scope",
    [`${B}/${PAGE}#${SCOPE}2.1`, ...newest(INDEX, `${SCOPE}8.1`)],
    "Asks for more scopes than the challenge names.",
    opens((query) => query.set("scope", `${query.get("scope") ?? ""} admin`.trim())),
  ),
  mutant(
    "no-scope",
    [`${B}/${PAGE}#${SCOPE}2.2`, `${B}/${PAGE}#${CHALLENGE}9`, ...newest(INDEX, `${SCOPE}8.2`)],
    "Asks for no scopes.",
    opens((query) => query.delete("scope")),
  ),
  mutant(
    "scopes-lost",
    [...newest(INDEX, `${SCOPE}5`), ...mitigation("29")],
    "Gives up the scopes of before for those of the challenge.",
    opens((query) => {
      if (query.get("scope")?.includes("files:write")) query.set("scope", "files:write");
    }),
  ),
  mutant(
    "no-step-up",
    [...both(INDEX, `${STEP_UP}1`), ...both(INDEX, `${STEP_UP}2`)],
    "Gives up where scopes are missing.",
    challenged((field, status) => (status === 403 ? "Bearer" : field)),
  ),
  mutant(
    "endless-step-up",
    [`${B}/${PAGE}#${STEP_UP}4`, ...newest(INDEX, `${STEP_UP}5`)],
    "Asks for the same scopes without end.",
    upon(({ status }, visit, hands) => {
      if (!visit && status === 403) for (let n = 0; n < 12; n++) hands.visit({ at: "issuer", path: "/authorize" });
    }),
  ),
  mutant(
    "renews-anyway",
    newest(INDEX, "refresh-tokens/4"),
    "Renews tokens though it was given nothing to do so.",
    upon((reply, visit, hands) => {
      if (visit || !reply.headers["WWW-Authenticate"]?.includes("invalid_token")) return;
      hands.visit({ at: "issuer", path: "/token", method: "POST", headers: FORM, body: "grant_type=refresh_token" });
    }),
  ),
  mutant(
    "nobody-anyway",
    newest("client-registration", "application-type-and-redirect-uri-constraints/4"),
    "Sends users to the authorization server though it was not registered.",
    upon(({ status }, visit, hands) => {
      if (visit && isRegistration(visit) && status >= 400) hands.visit({ at: "issuer", path: "/authorize" });
    }),
  ),
  mutant(
    "opens-anything",
    mitigation("16", "17", "19"),
    "Opens whatever is called an authorization endpoint.",
    opensIf((endpoint) => !endpoint.startsWith("http")),
  ),
  mutant(
    "opens-http",
    [...mitigation("18"), ...three(SECURITY, "communication-security/1")],
    "Opens authorization endpoints with http anywhere.",
    opensIf((endpoint) => /^http:\/\/(?!127)/.test(endpoint)),
  ),
  mutant(
    "opens-unread",
    mitigation("25.1", "25.2"),
    "Opens authorization endpoints without a look at them.",
    opensIf((endpoint) => !/^[\w:/.-]+$/.test(endpoint) || !/^\w+:/.test(endpoint)),
  ),
  mutant(
    "code-by-http",
    three(SECURITY, "communication-security/1"),
    "Sends codes by http anywhere.",
    upon(({ body }, visit, hands) => {
      const exposed = /"token_endpoint":"http:\/\/(?!127)/.test(body);
      const form = { method: "POST", headers: FORM, body: "grant_type=authorization_code" };
      if (visit && isMetadata(visit) && exposed) hands.visit({ at: "exposed", path: "/token", ...form });
    }),
  ),
  mutant(
    "asks-by-http",
    mitigation("4.1"),
    "Asks for metadata by http anywhere.",
    upon(({ status }, visit, hands) => {
      if (visit?.path.includes("protected-resource") && status === 200)
        hands.visit({ at: "exposed", path: "/.well-known/oauth-authorization-server" });
    }),
  ),
  mutant(
    "follows-anywhere",
    mitigation("6.1", "6.2"),
    "Follows redirections of metadata to anywhere.",
    upon(({ status }, visit, hands) => {
      if (visit && isMetadata(visit) && status === 302) hands.visit({ at: "exposed", path: visit.path });
    }),
  ),
  mutant(
    "resource-as-told",
    three(INDEX, "resource-parameter-implementation/3"),
    "Believes the server which resource it is.",
    () => {
      let told = "";
      return {
        visit: (visit) => reopened(visit, ({ searchParams }) => searchParams.set("resource", told)),
        reply: (reply, visit) => {
          if (!visit?.path.includes("protected-resource") || reply.status !== 200) return reply;
          const document = JSON.parse(reply.body) as { resource: string };
          told = document.resource;
          const resource = `http://${visit.headers["host"] ?? ""}/mcp`;
          return { ...reply, body: JSON.stringify({ ...document, resource }) };
        },
      };
    },
  ),
];
