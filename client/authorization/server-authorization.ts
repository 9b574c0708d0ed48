import { CallFailed } from "../../protocol/call-failed.js";
import { messageOf } from "../../protocol/errors.js";
import { isObject } from "../../protocol/jsonrpc.js";
import type { Hold } from "../../protocol/http-authorization.js";
import { leadsHome } from "../../protocol/oauth/resource.js";
import { findAuthorizationServer, findLegacyServer, type AuthorizationServer } from "./authorization-server.js";
import { readChallenge, type Challenge } from "./challenge.js";
import { AuthorizationFailed } from "./failed.js";
import type { Grant } from "./grant.js";
import { assumedResource, canonicalServer, findProtectedResource } from "./protected-resource.js";
import { refresh, revoke } from "./renewal.js";
import { scopesFor } from "./scopes.js";
import { SharedWork } from "./shared-work.js";
import type { AuthorizationStore, Tokens } from "./store.js";
import type { Web } from "./web.js";

/** Options with their defaults. */
export interface AuthorizationSettings {
  readonly grant: Grant;
  readonly store: AuthorizationStore;
  readonly scopes: readonly string[];
  readonly chooseIssuer: (issuers: readonly string[]) => string | Promise<string>;
  readonly legacyServers: boolean;
  readonly maxStepUps: number;
}

/** What a server's metadata led to. */
interface Found {
  readonly resource: string;
  readonly scopes: readonly string[] | undefined;
  readonly server: AuthorizationServer;
}

/** Why a token is needed, and what may be done for it. */
interface Need {
  readonly challenge: Challenge;
  /** Whether the token was good, and has too few scopes. */
  readonly stepUp: boolean;
  /** What was sent in vain. */
  readonly used: Tokens | undefined;
  readonly mayRefresh: boolean;
  /** Whether it is worth asking a person. */
  readonly mayAsk: boolean;
  /** The revision that the request spoke. */
  readonly version?: string | undefined;
  /** What is known already. */
  readonly found?: Found | undefined;
}

/** Milliseconds before its end from which on a token is taken for ended. */
const EARLY_MS = 5_000;
/** Times that one request is sent again with tokens that others have got. */
const MOST_OTHERS = 3;

/** Where other tokens came from: others had them already, a refresh, a grant. */
type Renewed = "others" | "refreshed" | "granted";

/** Tokens of one server: got when it asks for them, renewed, and sent to it alone. */
export class ServerAuthorization {
  readonly #url: URL;
  readonly #key: string;
  readonly #web: Web;
  readonly #settings: AuthorizationSettings;
  readonly #work = new SharedWork<Renewed | undefined>();
  #tokens: Tokens | undefined;
  #loading: Promise<void> | undefined;
  #found: Found | undefined;
  #announced: string | undefined;
  #personAsked = false;
  /** Sets of scopes that were asked for: asking once more would change nothing. */
  readonly #asked = new Set<string>();
  /** The tokens that were kept last: what was asked for with them is asked for again when they are let go. */
  #last: Tokens | undefined;

  constructor(url: URL, web: Web, settings: AuthorizationSettings) {
    this.#url = url;
    this.#key = canonicalServer(url);
    this.#web = web;
    this.#settings = settings;
  }

  /**
   * Sends a request with a token where there is one, and again with another where the server wants that. What it
   * refuses for good is returned as it came.
   *
   * Page: `2026-07-28/basic/authorization/index#step-up-authorization-flow`.
   * 2026-07-28/basic/authorization/index#token-requirements/1
   * 2026-07-28/basic/authorization/index#token-requirements/2
   * 2026-07-28/basic/authorization/index#token-requirements/3
   * 2026-07-28/basic/authorization/index#token-requirements/4
   * 2025-11-25/basic/authorization#token-requirements/3
   * 2025-03-26/basic/authorization#token-requirements/1
   * 2025-03-26/basic/authorization#token-requirements/2
   * 2026-07-28/basic/authorization/authorization-server-discovery#protected-resource-metadata-discovery-requirements/3
   */
  async send(send: typeof fetch, url: URL, init: RequestInit, hold: Hold): Promise<Response> {
    const { method = "GET" } = init;
    const signal = init.signal ?? undefined;
    let tokens = this.#isSecure ? await ownFault(this.#ready(signal), signal) : undefined;
    let [others, stepUps] = [0, 0];
    let last: Renewed | undefined;
    for (;;) {
      const headers = new Headers(init.headers);
      if (tokens) headers.set("Authorization", `Bearer ${tokens.accessToken}`);
      const response = await send(url, { ...init, headers });
      const challenge = challengeOf(response);
      if (!challenge) return response;
      if (!this.#isSecure) throw this.#insecure();
      const stepUp = response.status === 403;
      // What was got for this very request, and does not do either, will not do a second time.
      if (stepUp ? stepUps >= this.#settings.maxStepUps : last === "granted") return response;
      const need = {
        challenge,
        stepUp,
        used: tokens,
        mayRefresh: last !== "refreshed",
        // Nobody is asked for the sake of a stream that a client can do without, twice, of a farewell, or of a word
        // that needs no answer.
        mayAsk: (method === "POST" && wantsAnswer(init.body)) || (method === "GET" && !this.#personAsked),
        version: headers.get("MCP-Protocol-Version") ?? undefined,
      };
      const goOn = hold();
      try {
        last = await ownFault(this.#renewed(need, signal), signal);
      } finally {
        goOn();
      }
      if (last === undefined || (last === "others" && others++ >= MOST_OTHERS)) return response;
      if (stepUp && last === "granted") stepUps += 1;
      // It may break while the user signs in, and nobody reads it.
      await response.body?.cancel().catch(() => {});
      tokens = this.#tokens;
    }
  }

  /** Gets a token anew, before it is asked for. */
  async authorize(header: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isSecure) throw this.#insecure();
    await ownFault(this.#authorize(readChallenge(header ?? null), signal), signal);
  }

  async #authorize(challenge: Challenge, signal: AbortSignal | undefined): Promise<void> {
    await this.#load();
    await this.#renewed({ challenge, stepUp: false, used: this.#tokens, mayRefresh: false, mayAsk: true }, signal);
  }

  get #isSecure(): boolean {
    return this.#url.protocol === "https:" || leadsHome(this.#url);
  }

  #insecure(): AuthorizationFailed {
    return new AuthorizationFailed("insecure_server", `${this.#url.origin} wants a token, and is reached without TLS`);
  }

  /** Forgets the tokens; gives whether the authorization server has taken them back. */
  forget(): Promise<boolean> {
    return ownFault(this.#forget(), undefined);
  }

  async #forget(): Promise<boolean> {
    const { store, grant } = this.#settings;
    const kept = await store.load("tokens", this.#key);
    await this.#keep(undefined);
    this.#last = undefined;
    this.#asked.clear();
    return kept !== undefined && revoke(this.#web, grant, store, kept);
  }

  #load(): Promise<void> {
    return (this.#loading ??= this.#settings.store.load("tokens", this.#key).then(
      (kept) => {
        this.#tokens ??= kept;
      },
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    ));
  }

  /** The tokens that there are; renewed before they are sent where they have ended and that can be done unseen. */
  async #ready(signal: AbortSignal | undefined): Promise<Tokens | undefined> {
    await this.#load();
    const used = this.#tokens;
    const found = this.#found;
    if (!found || used?.refreshToken === undefined || !this.#isOver(used)) return used;
    const need = { challenge: {}, stepUp: false, used, mayRefresh: true, mayAsk: false, found };
    // Where that fails, the server is asked, and its 401 says more.
    await this.#renewed(need, signal).catch(() => {});
    return this.#tokens;
  }

  #isOver({ expiresAt }: Tokens): boolean {
    return expiresAt !== undefined && expiresAt - EARLY_MS <= this.#web.clock.now();
  }

  /** Sees that there are other tokens than those that were used in vain. Undefined: there are none. */
  async #renewed(need: Need, signal: AbortSignal | undefined): Promise<Renewed | undefined> {
    while (this.#work.running) await this.#work.join(signal);
    if (this.#tokens && this.#tokens !== need.used) return "others";
    return this.#work.run((stopped) => this.#obtain(need, stopped), signal);
  }

  async #obtain(need: Need, signal: AbortSignal): Promise<Renewed | undefined> {
    const { grant, store } = this.#settings;
    const web = this.#web;
    const { challenge, stepUp, used } = need;
    const found = (this.#found = need.found ?? (await this.#find(need)));
    const { server, resource } = found;
    const ours = await this.#oursAt(found);
    // Another process has renewed them.
    if (ours && ours.accessToken !== used?.accessToken && !this.#isOver(ours)) {
      this.#tokens = ours;
      return "others";
    }
    if (!stepUp && need.mayRefresh && ours?.refreshToken !== undefined) {
      const renewed = await refresh({ web, grant, store, server, key: this.#key }, ours);
      await this.#keep(renewed);
      if (renewed) return "refreshed";
    }
    const { scopes: wanted } = this.#settings;
    const last = ours ?? (this.#last && isOf(this.#last, found) ? this.#last : undefined);
    const before = last?.requested;
    const scopes = scopesFor({ challenged: challenge.scope, wanted, supported: found.scopes, before });
    if ((stepUp && this.#asked.has(setOf(scopes))) || (grant.interactive && !need.mayAsk)) return undefined;
    this.#personAsked ||= grant.interactive;
    const { answer, clientId, requested } = await grant
      .obtain({ web, store, server, resource, scopes, signal })
      .catch(async (error: unknown) => {
        // It no longer knows the client: next time it gets to know it anew.
        if (
          error instanceof AuthorizationFailed &&
          (error.data as { error?: string } | undefined)?.error === "invalid_client"
        )
          await store.save("registration", server.issuer, undefined);
        throw error;
      });
    if (!stepUp) this.#asked.clear();
    this.#asked.add(setOf(requested));
    await this.#keep({ issuer: server.issuer, resource, clientId, requested, ...answer });
    return "granted";
  }

  /** The tokens that are kept, if they are of this authorization server for this resource; others are let go. */
  async #oursAt(found: Found): Promise<Tokens | undefined> {
    const kept = await this.#settings.store.load("tokens", this.#key);
    if (kept && isOf(kept, found)) return kept;
    // 2026-07-28/basic/authorization/client-registration#authorization-server-binding/2
    if (kept ?? this.#tokens) await this.#keep(undefined);
    return undefined;
  }

  async #keep(tokens: Tokens | undefined): Promise<void> {
    this.#last = tokens ?? this.#tokens ?? this.#last;
    this.#tokens = tokens;
    await this.#settings.store.save("tokens", this.#key, tokens);
  }

  async #find({ challenge, stepUp, version }: Need): Promise<Found> {
    const web = this.#web;
    const { chooseIssuer, legacyServers } = this.#settings;
    // A 403 need not repeat what the 401 has said.
    const announced = challenge.resourceMetadata ?? (stepUp ? this.#announced : undefined);
    const metadata = await findProtectedResource(web, this.#url, announced);
    this.#announced = announced;
    if (metadata) {
      const { resource, issuers, scopes } = metadata;
      const issuer = await chooseIssuer(issuers);
      if (!issuers.includes(issuer)) throw new TypeError("chooseIssuer must give one of the issuers");
      return { resource, scopes, server: await findAuthorizationServer(web, issuer) };
    }
    if (!legacyServers)
      throw new AuthorizationFailed("no_metadata", `${this.#url.origin} does not say who gives tokens for it`);
    const server = await findLegacyServer(web, this.#url, version);
    return { resource: assumedResource(this.#url), scopes: undefined, server };
  }
}

/** What a refusal asks for; undefined where it is none for want of credentials. */
function challengeOf({ status, headers }: Response): Challenge | undefined {
  if (status !== 401 && status !== 403) return undefined;
  const challenge = readChallenge(headers.get("www-authenticate"));
  return status === 401 || challenge.error === "insufficient_scope" ? challenge : undefined;
}

/** What fails here and is no word of a server must not be taken for a connection that failed. */
const ownFault = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
  work.catch((error: unknown) => {
    if (error instanceof CallFailed || signal?.aborted) throw error;
    throw new AuthorizationFailed("handler_failed", messageOf(error), { cause: error });
  });

/** Whether a message has an id: a notification, as one that takes a call back, has none. */
function wantsAnswer(body: unknown): boolean {
  if (typeof body !== "string") return true;
  try {
    const message: unknown = JSON.parse(body);
    const all: unknown[] = Array.isArray(message) ? message : [message];
    return all.some((one) => !isObject(one) || "id" in one);
  } catch {
    return true;
  }
}

/** Whether tokens are of this authorization server for this resource. */
const isOf = ({ issuer, resource }: Tokens, found: Found): boolean =>
  issuer === found.server.issuer && resource === found.resource;

const setOf = (scopes: readonly string[]): string => [...scopes].sort().join(" ");
