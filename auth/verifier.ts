import type { Auth } from "../protocol/auth.js";
import type { Clock } from "../protocol/clock.js";

/** What a verifier is told beside the token. */
export interface Presented {
  /** The canonical URI of this server: whom a token has to be for. */
  readonly resource: string;
  readonly clock: Clock;
  /** The authentication scheme that the token came with. */
  readonly scheme: "Bearer" | "DPoP";
  /** The method and URL of the request, and its header `DPoP`; none of them beside a pipe. */
  readonly method?: string;
  readonly url?: string;
  readonly proof?: string;
}

/**
 * Finds out who a token stands for. Undefined: it is none of mine, the next verifier may know it. Throws
 * {@link TokenRefused} for one that it knows and that is no good; whatever else it throws means that nobody can tell
 * just now, and is answered by 503.
 */
export type Verifier = (token: string, presented: Presented) => Verified | undefined | Promise<Verified | undefined>;

/** Who a token stands for. Without a principal, one is made of issuer, subject and client, of which one is needed. */
export interface Verified extends Auth {
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** The thumbprint of the key that the token is bound to (RFC 9449), where it is bound to one. */
  readonly boundTo?: string;
}

/** Why a token is no good, in words (ASCII) that tell nothing of it. They go to the client. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
  readonly code = "token_refused";
}

/** The scopes in a claim: text with spaces (RFC 8693, RFC 9068), or a list as some servers write it. */
export function scopesOf(claim: unknown): readonly string[] {
  const words = typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? (claim as unknown[]) : [];
  return words.filter((word): word is string => typeof word === "string" && word !== "");
}
