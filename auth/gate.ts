import { systemClock, type Clock } from "../protocol/clock.js";
import { Refusal } from "../protocol/errors.js";
import { wholeNumber } from "../protocol/options.js";
import { readNeeded, requireScopes } from "../protocol/scopes.js";
import type { Auth } from "../protocol/auth.js";
import { answerOf, documentAnswer, preflightAnswer, refusalAnswer, type Answer } from "./answers.js";
import { whoIs, type AuthenticateOptions } from "./authenticate.js";
import { writeChallenge, type ChallengeError } from "./challenge.js";
import { Dpop, ProofRefused, type DpopOptions } from "./dpop.js";
import { LEGACY_PATH, LegacyDiscovery, type LegacyDiscoveryOptions } from "./legacy-discovery.js";
import { MalformedCredentials, readCredentials, schemeOf, type Scheme } from "./credentials.js";
import { writeMetadata, type MetadataOptions } from "./metadata.js";
import { canonicalUri, readResource } from "../protocol/oauth/resource.js";
import { TokenRefused, type Presented } from "./verifier.js";

/** How a server is protected. */
export interface ProtectOptions extends AuthenticateOptions, MetadataOptions {
  /** The scopes that every request needs. What single tools need stands in their own `scopes`. Default: none. */
  readonly scopes?: readonly string[];
  /**
   * Answers clients of 2025-03-26, which know no resource metadata and ask the server itself for that of its
   * authorization server, with what the first of `authorizationServers` says. Default false.
   */
  readonly legacyDiscovery?: boolean | LegacyDiscoveryOptions;
  /**
   * Takes tokens that are bound to a key, with proofs that their bearer has it (RFC 9449). Default false: they are
   * refused. That proofs were used is remembered in this process alone.
   */
  readonly dpop?: boolean | DpopOptions;
  /** Characters that an Authorization header may have. Default 16,384. */
  readonly maxHeaderLength?: number;
  /** Seconds that clients may keep the metadata. Default 3,600. */
  readonly metadataMaxAge?: number;
  /** Told why nobody could tell whether a token is good. Default: `console.error`. */
  readonly onError?: (error: unknown, where: string) => void;
}

/** A request as far as it matters who sends it. */
export interface Asked {
  readonly method: string;
  /** Path and query, or the whole URL. */
  readonly target: string;
  /** Each Authorization header as it came. */
  readonly authorization: readonly string[];
  header(name: string): string | undefined;
  /** Throws the refusal of an `Origin` or `Host` that what is protected does not allow. */
  admits(): void;
}

/**
 * What becomes of a request: it is answered already, or goes on as somebody's (undefined: as nobody's), and its answer
 * gets `headers` as well.
 */
export type Verdict =
  | { readonly answer: Answer }
  | { readonly auth: Auth | undefined; readonly headers?: Readonly<Record<string, string>> };

const readOnly: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const unavailable: Answer = refusalAnswer("unavailable", 503, "The authorization server cannot be asked just now", {
  "Retry-After": "5",
});

/** Judges requests to one server. */
export class Gate {
  readonly #options: ProtectOptions;
  readonly #resource;
  readonly #metadata: Answer;
  readonly #paths: ReadonlySet<string>;
  readonly #legacy: LegacyDiscovery | undefined;
  readonly #dpop: Dpop | undefined;
  readonly #clock: Clock;
  readonly #scopes: readonly string[];
  readonly #maxHeaderLength: number;

  constructor(options: ProtectOptions) {
    this.#options = options;
    this.#resource = readResource(options.resource);
    this.#paths = new Set(this.#resource.metadataPaths);
    this.#scopes = readNeeded(options.scopes, "protect") ?? [];
    this.#maxHeaderLength = wholeNumber(options.maxHeaderLength, 16_384, "maxHeaderLength");
    const maxAge = wholeNumber(options.metadataMaxAge, 3600, "metadataMaxAge", 0);
    this.#dpop = options.dpop ? new Dpop(options.dpop === true ? {} : options.dpop) : undefined;
    this.#metadata = documentAnswer(writeMetadata(this.#resource, options, this.#dpop !== undefined), maxAge);
    const { legacyDiscovery, authorizationServers } = options;
    this.#clock = options.clock ?? systemClock;
    this.#legacy = legacyDiscovery
      ? new LegacyDiscovery(authorizationServers[0]!, legacyDiscovery === true ? {} : legacyDiscovery)
      : undefined;
    if ([options.verify].flat().length === 0) throw new TypeError("verify must be a verifier, or several");
  }

  /** Whether a path is one at which the gate itself answers. */
  answersAt(pathname: string): boolean {
    return this.#paths.has(pathname) || (this.#legacy !== undefined && pathname === LEGACY_PATH);
  }

  /** Says what becomes of a request. Never rejects. */
  async judge(asked: Asked): Promise<Verdict> {
    const { origin } = this.#resource;
    const url = URL.canParse(asked.target, origin) ? new URL(asked.target, origin) : undefined;
    const told = url !== undefined && this.answersAt(url.pathname);
    // What everybody may read stands open to pages of all origins, and nothing else: not even what a token is worth.
    if (!told || !readOnly.has(asked.method)) {
      try {
        asked.admits();
      } catch (error) {
        return { answer: error instanceof Refusal ? answerOf(error, {}) : this.#refuse(error) };
      }
    }
    if (told) return { answer: await this.#tell(asked.method, url.pathname) };
    // A browser asks without credentials whether it may ask with them.
    if (url && asked.method === "OPTIONS") return { auth: undefined };
    const scheme = schemeOf(asked.authorization);
    const headers = await this.#nonce(scheme);
    try {
      if (!url) throw new MalformedCredentials("No such URL");
      const auth = await this.#whoAsks(asked, url);
      if (!auth) return { answer: this.#unauthorized(scheme, headers) };
      requireScopes(auth, this.#scopes);
      return headers ? { auth, headers } : { auth };
    } catch (error) {
      return { answer: this.#refuse(error, scheme, headers) };
    }
  }

  /** What tells the nonce of the next proof: to whoever sent one, and to whoever sent nothing that is known. */
  async #nonce(scheme: Scheme | undefined): Promise<Readonly<Record<string, string>> | undefined> {
    const nonces = scheme === "Bearer" ? undefined : this.#dpop?.nonces;
    return nonces && { "DPoP-Nonce": await nonces.current(this.#clock) };
  }

  async #whoAsks(asked: Asked, url: URL): Promise<Auth | undefined> {
    const credentials = readCredentials(asked.authorization, url.searchParams, this.#maxHeaderLength);
    if (!credentials) return undefined;
    const { verify, implies } = this.#options;
    const clock = this.#clock;
    const { uri, metadataUrl } = this.#resource;
    const { scheme, token } = credentials;
    const proof = asked.header("dpop");
    const presented: Presented = {
      resource: uri,
      clock,
      scheme,
      method: asked.method,
      url: canonicalUri(this.#resource.origin + url.pathname) ?? uri,
      ...(proof === undefined ? {} : { proof }),
    };
    const auth = await whoIs(token, presented, [verify].flat(), implies, {
      resourceMetadata: metadataUrl,
      required: this.#scopes,
      scheme,
    });
    // Neither may a bound token come as if it were none, nor one that is none as if it were bound.
    const { boundTo } = auth;
    if (scheme === "Bearer" && boundTo === undefined) return auth;
    if (scheme === "Bearer" || typeof boundTo !== "string" || !this.#dpop)
      throw new TokenRefused("The token does not belong to this authentication scheme");
    await this.#dpop.check(token, boundTo, presented);
    return auth;
  }

  /** Tells the author. Never throws. */
  tell(error: unknown, where: string): void {
    try {
      (this.#options.onError ?? console.error)(error, where);
    } catch {
      // Whoever is told must not keep the client from its answer.
    }
  }

  async #tell(method: string, pathname: string): Promise<Answer> {
    if (method === "GET" || method === "HEAD") {
      if (this.#paths.has(pathname)) return this.#metadata;
      const failed = (error: unknown) => this.tell(error, "legacy discovery");
      return this.#legacy!.tell(this.#clock, failed).catch(() => unavailable);
    }
    if (method === "OPTIONS") return preflightAnswer;
    const allowed = "GET, HEAD, OPTIONS";
    return refusalAnswer("method_not_allowed", 405, `Method not allowed; this takes ${allowed}`, { Allow: allowed });
  }

  #refuse(error: unknown, scheme?: Scheme, headers?: Readonly<Record<string, string>>): Answer {
    if (error instanceof MalformedCredentials) {
      const challenge = this.#challenge(scheme, "invalid_request", error.message);
      return refusalAnswer("invalid_request", 400, error.message, challenge);
    }
    if (error instanceof Refusal) return answerOf(error);
    if (error instanceof TokenRefused) return this.#unauthorized(scheme, headers, error);
    return this.#unknown(error, "verifying a token");
  }

  /** The reason may tell of what lies behind this server: it is the author's alone. */
  #unknown(error: unknown, where: string): Answer {
    this.tell(error, where);
    return unavailable;
  }

  /** Whoever brought no token is told of no error (RFC 6750 section 3.1). */
  #unauthorized(scheme?: Scheme, headers?: Readonly<Record<string, string>>, why?: TokenRefused): Answer {
    const error = why instanceof ProofRefused ? why.error : why && "invalid_token";
    return refusalAnswer("unauthorized", 401, why?.message ?? "Authorization is required", {
      ...this.#challenge(scheme, error, why?.message),
      ...headers,
    });
  }

  #challenge(
    scheme: Scheme | undefined,
    error: ChallengeError | undefined,
    description: string | undefined,
  ): Record<string, string> {
    const wanted = this.#scopes.length > 0 ? this.#scopes : this.#options.scopesSupported;
    const challenge = writeChallenge({
      scheme,
      error,
      description,
      scope: wanted?.join(" "),
      metadataUrl: this.#resource.metadataUrl,
      dpop: this.#dpop !== undefined,
    });
    return { "WWW-Authenticate": challenge };
  }
}
