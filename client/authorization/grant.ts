import type { AuthorizationServer } from "./authorization-server.js";
import type { KnownClient } from "./client-authentication.js";
import type { AuthorizationStore } from "./store.js";
import type { TokenAnswer } from "./token-request.js";
import type { Web } from "./web.js";

/** What a token is wanted for. */
export interface GrantRequest {
  readonly web: Web;
  readonly store: AuthorizationStore;
  readonly server: AuthorizationServer;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Aborts when nobody waits for the token any more. */
  readonly signal: AbortSignal;
}

/** A token, and as which client it was got. */
export interface Granted {
  readonly answer: TokenAnswer;
  readonly clientId: string;
  /** The scopes that were asked for. */
  readonly requested: readonly string[];
}

/** A way to get tokens (RFC 6749 section 4). */
export interface Grant {
  /** Whether a person is asked. */
  readonly interactive: boolean;
  /** The authorization server that the client is registered with, where it is with one alone. */
  readonly issuer: string | undefined;
  obtain(request: GrantRequest): Promise<Granted>;
  /** The client that an authorization server knows by an id; undefined where it is not this one's any more. */
  clientOf(issuer: string, id: string, store: AuthorizationStore): Promise<KnownClient | undefined>;
}

/** The scopes as a parameter; none where there are none. */
export const scopeParam = (scopes: readonly string[]): Record<string, string> =>
  scopes.length === 0 ? {} : { scope: scopes.join(" ") };
