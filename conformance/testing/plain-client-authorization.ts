import { createPrivateKey, randomBytes, sign } from "node:crypto";
import { challengeOf } from "../signed.js";
import { member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";
import { findIssuer, safe } from "./plain-client-discovery.js";
import type { Found } from "./plain-client-discovery.js";

const BACK = "http://127.0.0.1:8765/callback";
/** How often one request is tried again with another token. */
const MOST = 3;
const BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const words = (text: string | undefined) => (text ?? "").split(" ").filter((word) => word !== "");
const text = (value: Json | undefined) => (typeof value === "string" ? value : undefined);

interface Known {
  readonly id: string;
  readonly secret?: string | undefined;
}

/** The parameters of the challenge Bearer in a header field, which may hold others before it. */
export function bearerChallenge(field: string): Readonly<Record<string, string>> {
  const unquoted = field.replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => "_".repeat(quoted.length));
  const at = /(?:^|,\s*)Bearer(?:\s+|$)/i.exec(unquoted);
  if (!at) return {};
  const found: Record<string, string> = {};
  const rest = field.slice(at.index + at[0].length);
  const param = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/y;
  for (let one = param.exec(rest); one; one = param.exec(rest))
    found[(one[1] ?? "").toLowerCase()] = (one[2] ?? one[3] ?? "").replace(/\\(.)/g, "$1");
  return found;
}

/** The plain client's authorization: a `fetch` that gets a token where the server asks for one. */
export class PlainAuthorization {
  #token: string | undefined;
  #renewal: { readonly issuer: string; readonly token: string } | undefined;
  #scopes: readonly string[] = [];
  readonly #registered = new Map<string, Known>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly known: JsonObject,
    readonly url: string,
    readonly revision: string,
    readonly signal: AbortSignal,
  ) {}

  readonly fetch: typeof fetch = async (url, init = {}) => {
    for (let turn = 0; ; turn++) {
      const sent = this.#token;
      const headers = {
        ...(init.headers as Record<string, string>),
        ...(sent ? { Authorization: `Bearer ${sent}` } : {}),
      };
      const response = await fetch(url, { ...init, headers });
      const challenge = bearerChallenge(response.headers.get("www-authenticate") ?? "");
      const wants = response.status === 401 || (response.status === 403 && challenge["error"] === "insufficient_scope");
      if (!wants || turn === MOST) return response;
      await response.body?.cancel();
      const next = this.#turn.then(() =>
        this.#token === sent ? this.#authorize(challenge, response.status) : undefined,
      );
      this.#turn = next.catch(() => undefined);
      await next;
    }
  };

  async #authorize(challenge: Readonly<Record<string, string>>, status: number): Promise<void> {
    const found = await findIssuer(this.url, this.revision, challenge["resource_metadata"], this.signal);
    const asked = words(challenge["scope"]);
    const supported = (found.scopes ?? []) as readonly string[];
    const fresh = asked.length > 0 ? asked : supported;
    this.#scopes = status === 403 ? [...new Set([...this.#scopes, ...fresh])] : fresh;
    const grant = text(this.known["grant"]);
    if (grant === "client_credentials") return this.#take(found, { ...(await this.#alone(found)), ...this.#scope() });
    if (grant === "enterprise") return this.#take(found, await this.#byProvider(found));
    if (status === 401 && this.#renewal?.issuer === found.issuer) {
      const renewal = { grant_type: "refresh_token", refresh_token: this.#renewal.token };
      this.#renewal = undefined;
      return this.#take(found, { ...renewal, ...this.#client(await this.#register(found)) });
    }
    return this.#byUser(found);
  }

  #scope(): Record<string, string> {
    return this.#scopes.length === 0 ? {} : { scope: this.#scopes.join(" ") };
  }

  #client({ id, secret }: Known): Record<string, string> {
    return { client_id: id, ...(secret === undefined ? {} : { client_secret: secret }) };
  }

  /** What the client is called at an authorization server. */
  async #register({ issuer, metadata }: Found): Promise<Known> {
    const { clientId, clientSecret, clientMetadataUrl, issuer: of } = this.known;
    if (typeof clientId === "string") {
      if (of !== undefined && of !== issuer) throw new Error(`registered at ${String(of)}, and not at ${issuer}`);
      return { id: clientId, secret: text(clientSecret) };
    }
    const document = text(clientMetadataUrl);
    if (document !== undefined && metadata["client_id_metadata_document_supported"] === true) {
      const { protocol, pathname } = new URL(document);
      if (protocol === "https:" && pathname !== "/") return { id: document };
    }
    const before = this.#registered.get(issuer);
    if (before) return before;
    const endpoint = text(metadata["registration_endpoint"]);
    if (endpoint === undefined) throw new Error(`${issuer} registers nobody`);
    const body = {
      client_name: "plain",
      redirect_uris: [BACK],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      application_type: "native",
    };
    const headers = { "Content-Type": "application/json" };
    const init = {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal: this.signal,
      redirect: "error",
    } as const;
    const response = await fetch(safe(endpoint), init);
    const answer = (await response.json()) as JsonObject;
    const id = text(answer["client_id"]);
    if (!response.ok || id === undefined) throw new Error(`registration refused: ${JSON.stringify(answer)}`);
    const made = { id, secret: text(answer["client_secret"]) };
    this.#registered.set(issuer, made);
    return made;
  }

  /** The user is sent to the authorization server, and comes back with a code. */
  async #byUser(found: Found): Promise<void> {
    const { issuer, metadata, resource } = found;
    const client = await this.#register(found);
    const [verifier, state] = [randomBytes(32).toString("base64url"), randomBytes(16).toString("base64url")];
    const url = safe(String(metadata["authorization_endpoint"]));
    const query = {
      response_type: "code",
      client_id: client.id,
      redirect_uri: BACK,
      code_challenge: challengeOf(verifier),
      code_challenge_method: "S256",
      state,
      ...this.#scope(),
      ...(resource === undefined ? {} : { resource }),
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const browser = new URL(String(this.known["browser"]));
    browser.searchParams.set("url", url.href);
    const sent = await fetch(browser, { redirect: "manual", signal: this.signal });
    await sent.body?.cancel();
    const back = new URL(sent.headers.get("location") ?? "").searchParams;
    const iss = back.get("iss");
    const announced = metadata["authorization_response_iss_parameter_supported"] === true;
    if (iss === null ? announced : iss !== issuer) throw new Error("the response is from another issuer");
    if (back.get("state") !== state) throw new Error("the response is to another request");
    const code = back.get("code");
    if (code === null) throw new Error(`refused: ${back.get("error") ?? "no code"}`);
    const grant = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: BACK };
    await this.#take(found, { ...grant, ...this.#client(client) });
  }

  /** A client without a user proves who it is. */
  async #alone(found: Found): Promise<Record<string, string>> {
    const client = await this.#register(found);
    const key = text(this.known["privateKey"]);
    const grant = { grant_type: "client_credentials" };
    if (key === undefined) return { ...grant, ...this.#client(client) };
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: client.id,
      sub: client.id,
      aud: found.issuer,
      exp: now + 60,
      iat: now,
      jti: randomBytes(8).toString("hex"),
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "ES256", typ: "JWT" })}.${part(claims)}`;
    const signature = sign("sha256", Buffer.from(signed), { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" });
    return {
      ...grant,
      client_assertion_type: BEARER,
      client_assertion: `${signed}.${signature.toString("base64url")}`,
    };
  }

  /** The company's identity provider vouches for the user. */
  async #byProvider(found: Found): Promise<Record<string, string>> {
    const provider = this.known["identityProvider"] as JsonObject;
    const answer = await this.#post(String(provider["tokenEndpoint"]), {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:ietf:params:oauth:token-type:id-jag",
      audience: found.issuer,
      resource: found.resource ?? this.url,
      subject_token: String(provider["idToken"]),
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      client_id: String(provider["clientId"]),
      client_secret: String(provider["clientSecret"]),
    });
    return {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: String(answer["access_token"]),
      ...this.#client(await this.#register(found)),
    };
  }

  async #take({ issuer, metadata, resource }: Found, form: Record<string, string>): Promise<void> {
    const all = { ...form, ...(resource === undefined ? {} : { resource }) };
    const answer = await this.#post(String(metadata["token_endpoint"]), all);
    this.#token = text(answer["access_token"]);
    if (this.#token === undefined) throw new Error("no token came");
    const renewal = text(member(answer, "refresh_token"));
    this.#renewal = renewal === undefined ? undefined : { issuer, token: renewal };
  }

  async #post(url: string, form: Record<string, string>): Promise<JsonObject> {
    const init = { method: "POST", body: new URLSearchParams(form), signal: this.signal, redirect: "error" } as const;
    const response = await fetch(safe(url), init);
    const answer = (await response.json()) as JsonObject;
    if (!response.ok) throw new Error(`no token: ${JSON.stringify(answer)}`);
    return answer;
  }
}
