import type { Visit } from "../authorization/world.js";
import { B, both, DISCOVERY, INDEX, newest, O, of, REGISTRATION, SECURITY, three } from "./authorization-pages.js";
import type { MakeMutation } from "./front.js";
import { mutant } from "./mutant.js";
import type { ClientMutant } from "./mutant.js";
import { isOpening, isRegistration, isToken, names, opens, posts } from "./visits.js";

/** Changes what a client says of itself where it registers. */
const registers =
  (change: (about: Record<string, unknown>) => void): MakeMutation =>
  () => ({
    visit: (visit) => {
      if (!isRegistration(visit)) return visit;
      const about = JSON.parse(visit.body) as Record<string, unknown>;
      change(about);
      return { ...visit, body: JSON.stringify(about) };
    },
  });

/** Registers besides, whatever it is told. */
const registersToo: MakeMutation = (hands) => ({
  visit: (visit: Visit) => {
    if (isOpening(visit)) {
      const headers = { "content-type": "application/json" };
      hands.visit({ at: "issuer", path: "/register", method: "POST", headers, body: '{"redirect_uris":[]}' });
    }
    return visit;
  },
});

const DOCUMENT = "https://client.example/metadata.json";

/** Clients that are wrong about what they are called, and about proving it. */
export const ofRegistration: readonly ClientMutant[] = [
  mutant(
    "registers-anew",
    [of(B, "client-registration-approaches/1.1"), ...newest(REGISTRATION, "top/1.1")],
    "Registers, though it is registered.",
    registersToo,
  ),
  mutant(
    "no-document",
    [of(B, "client-registration-approaches/1.2"), ...newest(REGISTRATION, "top/1.2")],
    "Registers, though its metadata document would do.",
    registersToo,
  ),
  mutant(
    "document-uninvited",
    [of(B, "discovery/1"), ...newest(REGISTRATION, "advertising-cimd-support/1")],
    "Names its metadata document where nobody reads such.",
    names((params) => params.set("client_id", DOCUMENT)),
  ),
  mutant(
    "document-over-http",
    [...both(REGISTRATION, "implementation-requirements/2"), ...both(REGISTRATION, "implementation-requirements/3")],
    "Names a metadata document at a URL with http.",
    names((params) => params.set("client_id", DOCUMENT.replace("https:", "http:"))),
  ),
  mutant(
    "document-at-the-root",
    both(REGISTRATION, "implementation-requirements/3"),
    "Names a metadata document at a URL without a path.",
    names((params) => params.set("client_id", new URL(DOCUMENT).origin)),
  ),
  mutant(
    "no-application-type",
    newest(REGISTRATION, "application-type-and-redirect-uri-constraints/1"),
    "Does not say what kind of application it is.",
    registers((about) => delete about["application_type"]),
  ),
  mutant(
    "called-web",
    newest(REGISTRATION, "application-type-and-redirect-uri-constraints/2"),
    "Says that it is a web application.",
    registers((about) => (about["application_type"] = "web")),
  ),
  mutant(
    "wants-no-renewal",
    newest(INDEX, "refresh-tokens/2"),
    "Renews tokens without having said that it would.",
    registers((about) => (about["grant_types"] = ["authorization_code"])),
  ),
  mutant(
    "back-by-http",
    [of(O, "security-considerations/6"), ...three(SECURITY, "communication-security/3")],
    "Has users sent back by http to some host.",
    registers((about) => (about["redirect_uris"] = ["http://client.example/callback"])),
  ),
  mutant(
    "back-elsewhere",
    three(SECURITY, "open-redirection/1"),
    "Has users sent back to an address that is not registered.",
    opens((query) => query.set("redirect_uri", "http://127.0.0.1:8765/elsewhere")),
  ),
  mutant(
    "same-name-everywhere",
    newest(REGISTRATION, "authorization-server-binding/2").concat(newest(DISCOVERY, "authorization-server-location/3")),
    "Is called at one authorization server what it is called at another.",
    names((params) => {
      if (params.get("client_id") === "client-of-other") params.set("client_id", "client-of-issuer");
    }),
  ),
  mutant(
    "known-everywhere",
    newest(REGISTRATION, "authorization-server-binding/1", "authorization-server-binding/3"),
    "Uses what was registered at one issuer with any other.",
    (hands) => ({
      visit: (visit) => {
        if (visit.path.includes("protected-resource")) {
          const url = encodeURIComponent(
            `http://${visit.headers["host"] ?? ""}/authorize?client_id=registered-elsewhere`,
          );
          hands.visit({ at: "server", path: `/browser?url=${url}` });
        }
        return visit;
      },
    }),
  ),
  mutant(
    "secret-in-a-header",
    ["1.2", "1.3"].map(
      (n) => `extensions/auth/specification/oauth-client-credentials#client-authentication-methods/${n}`,
    ),
    "Sends its secret in a header field.",
    () => ({
      visit: (visit) => {
        if (!isToken(visit)) return visit;
        const form = new URLSearchParams(visit.body);
        const secret = form.get("client_secret");
        form.delete("client_secret");
        const authorization = `Basic ${Buffer.from(`service:${secret ?? ""}`).toString("base64")}`;
        return { ...visit, headers: { ...visit.headers, authorization }, body: form.toString() };
      },
    }),
  ),
  mutant(
    "unsigned-assertion",
    ["extensions/auth/specification/oauth-client-credentials#client-authentication-methods/1.1"],
    "Does not sign what it says of itself.",
    posts((form) => {
      const [head, body] = (form.get("client_assertion") ?? "").split(".");
      form.set("client_assertion", `${head ?? ""}.${body ?? ""}.AAAA`);
    }),
  ),
  mutant(
    "secret-before-key",
    ["extensions/auth/specification/oauth-client-credentials#client-authentication-methods/2"],
    "Proves itself by its secret though it has a key.",
    posts((form) => {
      form.delete("client_assertion");
      form.set("client_secret", "a-secret");
    }),
  ),
  ...enterprise(),
];

/** Clients that are wrong about grants by an identity provider. */
function enterprise(): readonly ClientMutant[] {
  const page = "extensions/auth/specification/enterprise-managed-authorization#";
  const wrong: readonly (readonly [string, string, string])[] = [
    ["4-token-exchange/2", "requested_token_type", "urn:ietf:params:oauth:token-type:access_token"],
    ["4-token-exchange/3", "audience", "https://other.example"],
    ["4-token-exchange/4", "resource", "https://other.example/mcp"],
    ["4-token-exchange/5", "subject_token", "another"],
    ["4-token-exchange/6", "subject_token_type", "urn:ietf:params:oauth:token-type:access_token"],
    ["5-access-token-request/2", "assertion", "the-id-token"],
  ];
  return [
    ...wrong.map(([statement, name, value]) =>
      mutant(
        `exchange-${name.replaceAll("_", "-")}`,
        [`${page}${statement}`],
        `Sends a wrong ${name} where it exchanges the user's identity for a token.`,
        posts((form) => {
          if (form.has(name)) form.set(name, value);
        }),
      ),
    ),
    mutant(
      "grant-by-another-name",
      [`${page}5-access-token-request/1`],
      "Calls the provider's word for the user an authorization code.",
      posts((form) => {
        if (form.has("assertion")) form.set("grant_type", "authorization_code");
      }),
    ),
  ];
}
