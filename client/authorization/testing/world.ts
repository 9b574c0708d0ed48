import * as assert from "uvu/assert";
import { protect } from "../../../auth/index.js";
import { FakeClock } from "../../../protocol/fake-clock.js";
import { encodeBase64Url } from "../../../protocol/base64.js";
import { sha256 } from "../../../protocol/oauth/digest.js";
import { createServer } from "../../../server/index.js";
import { createHandler } from "../../../transports/http/fetch.js";
import { createSseHandler } from "../../../transports/sse/fetch.js";
import { httpTransport } from "../../../transports/http-client/http-transport.js";
import { connect } from "../../connect.js";
import type { ConnectOptions } from "../../options.js";
import {
  authorizationCode,
  type Authorization,
  type AuthorizationCodeOptions,
  type AuthorizationFailed,
} from "../index.js";

/** Why something failed: what a promise was rejected with. */
export const failureOf = (promise: Promise<unknown>): Promise<AuthorizationFailed> =>
  promise.then(
    () => assert.unreachable("it should have failed"),
    (thrown: unknown) => thrown as AuthorizationFailed,
  ) as Promise<AuthorizationFailed>;

export const MCP = "https://mcp.example/mcp";
export const AS = "https://as.example";
export const CALLBACK = "http://127.0.0.1/callback";
export const PRM = "https://mcp.example/.well-known/oauth-protected-resource/mcp";
export const AS_METADATA = `${AS}/.well-known/oauth-authorization-server`;

/** A request as a test looks at it. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An authorization server that agrees to all that is well formed. */
export class FakeAuthorizationServer {
  readonly issuer: string;
  metadata: Record<string, unknown>;
  /** Seconds that access tokens hold. */
  seconds = 300;
  /** Whether refresh tokens are given; each holds once. */
  refreshes = true;
  /** What users were asked: the parameters of each authorization request. */
  readonly consents: URLSearchParams[] = [];
  /** The parameters of each token request. */
  readonly forms: URLSearchParams[] = [];
  /** The bodies of each registration. */
  readonly registrations: Record<string, unknown>[] = [];
  readonly #codes = new Map<string, URLSearchParams>();
  readonly #refreshTokens = new Map<string, string>();
  #made = 0;
  readonly #world: World;

  constructor(world: World, issuer: string) {
    this.#world = world;
    this.issuer = issuer;
    this.metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
      authorization_response_iss_parameter_supported: true,
    };
  }

  /** The user's browser: gives the address that it is sent back to. */
  readonly consent = async (url: URL): Promise<URL> => {
    const params = url.searchParams;
    this.consents.push(params);
    const code = `code-${++this.#made}`;
    this.#codes.set(code, params);
    const back = new URL(params.get("redirect_uri")!);
    for (const [name, value] of Object.entries({ code, state: params.get("state")!, iss: this.issuer }))
      back.searchParams.set(name, value);
    return back;
  };

  async answer({ url, body }: Asked): Promise<Response> {
    const { pathname } = new URL(url);
    if (pathname === "/register") return this.#register(JSON.parse(body) as Record<string, unknown>);
    if (pathname !== "/token") return new Response("none", { status: 404 });
    const form = new URLSearchParams(body);
    this.forms.push(form);
    const refuse = (error: string) => Response.json({ error, error_description: "no" }, { status: 400 });
    const grant = form.get("grant_type");
    if (grant === "authorization_code") {
      const asked = this.#codes.get(form.get("code") ?? "");
      this.#codes.delete(form.get("code") ?? "");
      const proved = encodeBase64Url(await sha256(form.get("code_verifier") ?? "")) === asked?.get("code_challenge");
      return asked && proved ? this.#give(asked.get("scope") ?? "") : refuse("invalid_grant");
    }
    if (grant === "refresh_token") {
      const scope = this.#refreshTokens.get(form.get("refresh_token") ?? "");
      this.#refreshTokens.delete(form.get("refresh_token") ?? "");
      return scope === undefined ? refuse("invalid_grant") : this.#give(scope);
    }
    return this.#give(form.get("scope") ?? "");
  }

  #give(scope: string): Response {
    const made = ++this.#made;
    this.#world.tokens.set(`at-${made}`, {
      issuer: this.issuer,
      scopes: scope.split(" "),
      expiresAt: this.#world.clock.now() + this.seconds * 1000,
    });
    if (this.refreshes) this.#refreshTokens.set(`rt-${made}`, scope);
    return Response.json({
      access_token: `at-${made}`,
      token_type: "Bearer",
      expires_in: this.seconds,
      ...(this.refreshes ? { refresh_token: `rt-${made}` } : {}),
    });
  }

  #register(client: Record<string, unknown>): Response {
    this.registrations.push(client);
    const about = { ...client, client_id: `client-${this.registrations.length} of ${this.issuer}` };
    return Response.json(about, { status: 201 });
  }
}

/**
 * A protected server, its authorization server and whatever else a test puts up, all by function call. Each request is
 * noted in `asked`.
 */
export class World {
  readonly clock = new FakeClock();
  readonly as = new FakeAuthorizationServer(this, AS);
  readonly servers = new Map([[AS, this.as]]);
  /** Answers that come before all others, by URL. */
  readonly pages = new Map<string, (asked: Asked) => Response | Promise<Response>>();
  readonly asked: Asked[] = [];
  readonly tokens = new Map<string, { issuer: string; scopes: readonly string[]; expiresAt: number }>();
  issuers: readonly string[] = [AS];
  /** Whether the server speaks HTTP+SSE and nothing newer. */
  sse = false;
  /** The scopes that every request needs. */
  needs: readonly string[] = ["mcp"];
  /** What every 401 of the MCP server has in its `WWW-Authenticate`, in the place of what it says itself. */
  challenge: string | undefined;
  readonly #server = createServer({ name: "files", version: "1" }, { clock: this.clock });

  #handler: { readonly issuers: string; readonly answer: (request: Request) => Promise<Response> } | undefined;

  constructor() {
    this.#server.tool("read", {}, () => "read");
    this.#server.tool("write", { scopes: ["write"] }, () => "written");
    this.#server.tool("erase", { scopes: ["erase"] }, () => "erased");
  }

  /** Another authorization server. */
  found(issuer: string): FakeAuthorizationServer {
    const server = new FakeAuthorizationServer(this, issuer);
    this.servers.set(issuer, server);
    return server;
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const request = new Request(input, init);
    const { url, method, headers } = request;
    const asked = { url, method, headers, body: await request.clone().text() };
    this.asked.push(asked);
    const page = this.pages.get(url);
    if (page) return page(asked);
    const { origin, pathname } = new URL(url);
    if (origin === new URL(MCP).origin) return this.#mcp(request);
    const as = this.servers.get(origin);
    if (as && pathname === "/.well-known/oauth-authorization-server") return Response.json(as.metadata);
    return as?.answer(asked) ?? new Response("none", { status: 404 });
  };

  async #mcp(request: Request): Promise<Response> {
    const answer = await this.#protected()(request);
    if (answer.status === 401 && this.challenge !== undefined) answer.headers.set("WWW-Authenticate", this.challenge);
    return answer;
  }

  /** The server; it has forgotten its sessions where its authorization servers are others. */
  #protected() {
    const issuers = this.issuers.join(" ");
    if (this.#handler?.issuers === issuers) return this.#handler.answer;
    const answer = protect((this.sse ? createSseHandler : createHandler)(this.#server), {
      resource: MCP,
      authorizationServers: this.issuers,
      scopes: this.needs,
      scopesSupported: ["mcp"],
      clock: this.clock,
      verify: (token) => {
        const known = this.tokens.get(token);
        if (!known || !this.issuers.includes(known.issuer) || known.expiresAt <= this.clock.now()) return undefined;
        return { issuer: known.issuer, subject: "alice", scopes: known.scopes };
      },
    });
    this.#handler = { issuers, answer };
    return answer;
  }

  /** How its client is let in. */
  authorization(more: Partial<AuthorizationCodeOptions> = {}): Authorization {
    const { fetch, clock } = this;
    const redirect = this.as.consent;
    return authorizationCode({ fetch: fetch as never, clock, redirectUri: CALLBACK, redirect, ...more });
  }

  connect(authorization = this.authorization(), more: ConnectOptions = {}) {
    const { fetch, clock } = this;
    return connect(httpTransport(MCP, { fetch, clock, authorization }), { clock, revision: "2026-07-28", ...more });
  }

  /** The addresses that were asked, of one origin or of all. */
  urls(origin = ""): string[] {
    return this.asked.map(({ url }) => url).filter((url) => url.startsWith(origin));
  }
}
