import { resolve } from "../../match.js";
import type { Bindings } from "../../match.js";
import { challengeOf } from "../../signed.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject, Revision } from "../../trace.js";
import { isModern } from "../default-answers.js";
import type { Exchange } from "../wires/wire.js";
import type { Authorization, Change } from "./described.js";

/** An HTTP request that is none of the MCP endpoint's, or comes there without what it needs. */
export interface Visit {
  /** The origin at which it came: `server`, `issuer`, `other`, `exposed`. */
  readonly at: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What steps are shown of a visit, and the reply. */
export interface Answered {
  readonly seen: readonly JsonObject[];
  readonly reply: Reply;
}

interface Grant {
  readonly at: string;
  readonly scope: string;
  readonly challenge?: string | undefined;
}

/** What metadata of an OpenID provider have besides. */
const OPENID = { subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"] };
const FIRST: Revision = "2025-03-26";
const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");
const json = (value: Json, status = 200): Reply => ({
  status,
  headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
  body: JSON.stringify(value),
});
const nothing = (status: number): Reply => ({ status, headers: {}, body: "" });

/** What a request's target says, whatever stands there. */
const urlOf = (path: string): URL => new URL(`http://suite${path.startsWith("/") ? path : `/${path}`}`);

/** Members over others; null takes one away. */
function over(members: JsonObject, given: Json | undefined): JsonObject {
  const all = { ...members, ...(isObject(given) ? given : {}) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}

function record(params: URLSearchParams): JsonObject {
  const found: Record<string, Json> = {};
  for (const name of new Set(params.keys())) {
    const [first = "", ...more] = params.getAll(name);
    found[name] = more.length === 0 ? first : [first, ...more];
  }
  return found;
}

/** The suite as the guard of a server and as its authorization servers: what it answers, by what a trace describes. */
export class World {
  #given: Authorization;
  #count = 0;
  readonly #tokens = new Map<string, Grant & { revoked: boolean }>();
  readonly #codes = new Map<string, Grant>();
  readonly #renewals = new Map<string, Grant>();
  readonly #registrations = new Map<string, readonly string[]>();
  /** Whether the client has gone anywhere but to the MCP endpoint. */
  visited = false;

  constructor(
    readonly revision: Revision,
    given: Authorization,
    readonly bindings: Bindings,
  ) {
    this.#given = given;
  }

  change({ revoked, ...given }: Change): void {
    this.#given = { ...this.#given, ...given };
    if (revoked) for (const token of this.#tokens.values()) token.revoked = true;
  }

  #resolved(value: Json | undefined): Json | undefined {
    return value === undefined ? undefined : resolve(value, this.bindings);
  }

  #origin(name: string): string {
    return String(this.bindings.get(name));
  }

  get #endpoint(): string {
    return this.#given.endpoint ?? "/mcp";
  }

  /** At 2025-03-26 the server issues its tokens itself. */
  get #ownIssuer(): boolean {
    return this.revision === FIRST;
  }

  get #resourcePaths(): readonly string[] {
    const path = this.#endpoint === "/" ? "" : this.#endpoint;
    return this.#given.resourceAt ?? (this.#ownIssuer ? [] : [`/.well-known/oauth-protected-resource${path}`]);
  }

  get #issuer(): string {
    return `${this.#origin(this.#ownIssuer ? "server" : "issuer")}${this.#given.issuerPath ?? ""}`;
  }

  #resource(): JsonObject {
    const plain = { resource: this.#origin("resource"), authorization_servers: [this.#issuer] };
    return over(plain, this.#resolved(this.#given.resource));
  }

  #metadata(at: string, openid = false): JsonObject {
    const first = at !== "other";
    const issuer = first ? this.#issuer : this.#origin("other");
    const base = new URL(issuer).origin;
    const plain = {
      issuer,
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      registration_endpoint: `${base}/register`,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: ["none"],
      code_challenge_methods_supported: ["S256"],
      ...(openid ? { jwks_uri: `${base}/keys`, ...OPENID } : {}),
      ...(isModern(this.revision) ? { authorization_response_iss_parameter_supported: true } : {}),
    };
    return over(plain, first ? this.#resolved(this.#given.metadata) : undefined);
  }

  #metadataPaths(at: string): readonly string[] {
    const known = "/.well-known/oauth-authorization-server";
    return at === "other" ? [known] : (this.#given.metadataAt ?? [`${known}${this.#given.issuerPath ?? ""}`]);
  }

  /** The origin of the authorization server that the protected resource names now. */
  #current(): string {
    if (this.#ownIssuer) return "server";
    const [first] = (this.#resource()["authorization_servers"] ?? []) as readonly Json[];
    return String(first).startsWith(this.#origin("other")) ? "other" : "issuer";
  }

  /** Of a request at the MCP endpoint: what steps are shown of it, and what it is refused with. */
  guard({ method, path, headers }: Exchange, message: Json | undefined): { seen: JsonObject; refused?: Reply } {
    const field = headers["authorization"];
    const [, token] = /^Bearer +(\S+)$/i.exec(field ?? "") ?? [];
    const grant = token === undefined ? undefined : this.#tokens.get(token);
    const state = field === undefined ? "none" : token === undefined ? "no-bearer" : this.#stateOf(grant);
    const url = urlOf(path);
    const asked = member(message ?? null, "method");
    const seen = {
      ...{ asks: "mcp", http: method, path: url.pathname, search: url.search, token: state },
      ...(asked === undefined ? {} : { carries: asked }),
      ...(field === undefined ? {} : { authorization: field }),
    };
    if (state !== "valid") {
      const error = state === "none" ? {} : { error: "invalid_token" };
      return { seen, refused: this.#challenge(401, error) };
    }
    const needed = this.#given.needs?.[String(asked)];
    const granted = words(grant?.scope ?? "");
    if (needed !== undefined && !words(needed).every((scope) => granted.includes(scope)))
      return { seen, refused: this.#challenge(403, { error: "insufficient_scope", scope: needed }) };
    return { seen };
  }

  #stateOf(grant: (Grant & { revoked: boolean }) | undefined): string {
    if (grant === undefined || grant.at !== this.#current()) return "foreign";
    return grant.revoked ? "revoked" : "valid";
  }

  #challenge(status: number, params: JsonObject): Reply {
    const [path] = this.#resourcePaths;
    const at = path === undefined ? {} : { resource_metadata: `${this.#origin("server")}${path}` };
    const given = this.#resolved(this.#given.challenge);
    const all = status === 403 ? { ...at, ...params } : over({ ...at, ...params }, given);
    const field = Object.entries(all).map(([name, value]) => `${name}="${String(value)}"`);
    const whole = typeof given === "string" && status === 401 ? given : `Bearer ${field.join(", ")}`.trim();
    return { status, headers: { "WWW-Authenticate": whole }, body: "" };
  }

  /** What a request gets that is none of the MCP endpoint's. */
  answer(visit: Visit): Answered {
    this.visited = true;
    const url = urlOf(visit.path);
    if (visit.at === "server" && url.pathname === "/browser") return this.#browse(url.searchParams.get("url") ?? "");
    const seen = this.#seen(visit, url);
    const to = this.#resolved(this.#given.redirects?.[url.pathname]);
    if (to !== undefined) return { seen: [seen], reply: { ...nothing(302), headers: { Location: String(to) } } };
    return { seen: [seen], reply: this.#reply(visit, url, seen) };
  }

  #kind(at: string, path: string): string {
    if (at === "server" && (this.#resourcePaths.includes(path) || path.includes("/oauth-protected-resource")))
      return "resource-metadata";
    if (path.includes("/.well-known/") || this.#metadataPaths(at).includes(path)) return "server-metadata";
    const kinds = { authorize: "authorization", token: "token", register: "registration" };
    const last = path.slice(path.lastIndexOf("/") + 1);
    return Object.hasOwn(kinds, last) ? kinds[last as keyof typeof kinds] : "other";
  }

  #seen({ at, method, headers, body }: Visit, url: URL): JsonObject {
    const type = headers["content-type"] ?? "";
    let content: JsonObject = {};
    if (type.includes("x-www-form-urlencoded")) content = { form: record(new URLSearchParams(body)) };
    else if (body !== "") {
      try {
        content = { json: JSON.parse(body) as Json };
      } catch {
        content = { body };
      }
    }
    const authorization = headers["authorization"];
    const asks = this.#kind(at, url.pathname);
    const registered = asks === "authorization" ? this.#registered(url.searchParams) : undefined;
    return {
      asks,
      at,
      http: method,
      path: url.pathname,
      query: record(url.searchParams),
      ...content,
      ...(registered === undefined ? {} : { registered }),
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  /** Whether users may be sent back there; undefined where the client has not been registered here. */
  #registered(query: URLSearchParams): boolean | undefined {
    const known = this.#registrations.get(query.get("client_id") ?? "");
    // A program on the user's machine may take another port each time.
    const portless = (uri: string) => uri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d+/, "$1");
    const back = query.get("redirect_uri") ?? "";
    return known?.some((uri) => portless(uri) === portless(back));
  }

  /** The user's browser, to which the client gives a URL: where it leads, and where the user is sent back to. */
  #browse(text: string): Answered {
    const browser = { asks: "browser", url: text };
    let url: URL | undefined;
    try {
      url = new URL(text);
    } catch {
      url = undefined;
    }
    const at = ["server", "issuer", "other", "exposed"].find((name) => this.#origin(name) === url?.origin);
    if (url === undefined || at === undefined) return { seen: [browser], reply: nothing(400) };
    const visit = { at, method: "GET", path: `${url.pathname}${url.search}`, headers: {}, body: "" };
    const { seen, reply } = this.answer(visit);
    return { seen: [browser, ...seen], reply };
  }

  #reply(visit: Visit, url: URL, seen: JsonObject): Reply {
    const { at } = visit;
    switch (seen["asks"]) {
      case "resource-metadata":
        return this.#resourcePaths.includes(url.pathname) ? json(this.#resource()) : nothing(404);
      case "server-metadata": {
        const here = at === (this.#ownIssuer ? "server" : "issuer") || at === "other" || at === "exposed";
        return here && this.#metadataPaths(at).includes(url.pathname)
          ? json(this.#metadata(at, url.pathname.includes("/openid-configuration")))
          : nothing(404);
      }
      case "registration":
        return this.#register(at, seen["json"]);
      case "authorization":
        return this.#authorize(at, url.searchParams);
      case "token":
        return this.#grant(at, new URLSearchParams(visit.body));
      default:
        return nothing(404);
    }
  }

  #register(at: string, asked: Json | undefined): Reply {
    const { status = 201, ...given } = (this.#resolved(this.#given.registration) ?? {}) as JsonObject;
    const plain = { ...(isObject(asked) ? asked : {}), client_id: `client-of-${at}`, client_id_issued_at: 1 };
    const uris = member(asked ?? null, "redirect_uris");
    this.#registrations.set(plain.client_id, Array.isArray(uris) ? uris.map(String) : []);
    return json(Number(status) < 300 ? over(plain, given) : given, Number(status));
  }

  #authorize(at: string, query: URLSearchParams): Reply {
    const back = query.get("redirect_uri") ?? "";
    if (!URL.canParse(back)) return nothing(400);
    const code = `code-${++this.#count}`;
    const challenge = query.get("code_challenge") ?? undefined;
    this.#codes.set(code, { at, scope: query.get("scope") ?? "", challenge });
    const state = query.get("state");
    const iss = this.#metadata(at)["authorization_response_iss_parameter_supported"] === true;
    const plain = {
      code,
      ...(state === null ? {} : { state }),
      ...(iss ? { iss: at === "other" ? this.#origin("other") : this.#issuer } : {}),
    };
    const url = new URL(back);
    for (const [name, value] of Object.entries(over(plain, this.#resolved(this.#given.response))))
      url.searchParams.set(name, String(value));
    return { status: 302, headers: { Location: url.href }, body: "" };
  }

  /** The token endpoint. */
  #grant(at: string, form: URLSearchParams): Reply {
    const refused = (error: string) => json({ error }, 400);
    const asked = form.get("scope") ?? "";
    switch (form.get("grant_type")) {
      case "authorization_code": {
        const code = form.get("code") ?? "";
        const grant = this.#codes.get(code);
        this.#codes.delete(code);
        const proof = challengeOf(form.get("code_verifier") ?? "");
        if (grant?.at !== at || (grant.challenge !== undefined && grant.challenge !== proof))
          return refused("invalid_grant");
        return this.#issue(grant);
      }
      case "refresh_token": {
        const old = form.get("refresh_token") ?? "";
        const grant = this.#renewals.get(old);
        this.#renewals.delete(old);
        return grant?.at === at ? this.#issue({ ...grant, scope: asked || grant.scope }) : refused("invalid_grant");
      }
      case "urn:ietf:params:oauth:grant-type:token-exchange":
        return json({
          issued_token_type: "urn:ietf:params:oauth:token-type:id-jag",
          access_token: "id-jag-of-the-user",
          token_type: "N_A",
          expires_in: 300,
        });
      case "client_credentials":
      case "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return this.#issue({ at, scope: asked });
      default:
        return refused("unsupported_grant_type");
    }
  }

  #issue({ at, scope }: Grant): Reply {
    const given = (this.#resolved(this.#given.token) ?? {}) as JsonObject;
    const token = `token-${++this.#count}-of-${at}`;
    const grant = { at: at === "exposed" ? "issuer" : at, scope: String(given["scope"] ?? scope) };
    this.#tokens.set(token, { ...grant, revoked: false });
    const renewal = `renewal-${this.#count}-of-${at}`;
    if (this.#given.refresh) this.#renewals.set(renewal, grant);
    const plain = { access_token: token, token_type: "Bearer", expires_in: 3600 };
    return json(over({ ...plain, ...(this.#given.refresh ? { refresh_token: renewal } : {}) }, given));
  }
}
