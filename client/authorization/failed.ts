import { CallFailed } from "../../protocol/call-failed.js";

/** Why no token could be had; each is stable, for programs. */
export type AuthorizationFailedReason =
  /** The server is reached without TLS, and is not on this machine: it gets no token. */
  | "insecure_server"
  /** An address that the server or an authorization server gave is one that is not gone to. */
  | "unsafe_url"
  /** Metadata are missing, or could not be had. */
  | "no_metadata"
  /** Metadata lack what they need. */
  | "malformed_metadata"
  /** The metadata are those of another server. */
  | "resource_mismatch"
  /** The metadata are those of another authorization server. */
  | "issuer_mismatch"
  /** The authorization server does not say that it supports PKCE by S256. */
  | "no_pkce"
  /** There is no way to get a client id from this authorization server. */
  | "no_client"
  /** The authorization server did not register this client; `data` has its words. */
  | "registration_failed"
  /** What came back from the browser is no answer to what was asked: another state, another issuer, another address. */
  | "response_mismatch"
  /** The authorization server or its user said no; `data` has its words. */
  | "denied"
  /** The token endpoint said no; `data` has its words. */
  | "token_refused"
  /** An answer of the authorization server is none that the specifications allow. */
  | "malformed_answer"
  /** The authorization server did not answer. */
  | "unreachable"
  /** Nobody came back from the browser in time. */
  | "too_late"
  /** What this program itself has for it failed: the store, the redirect, the choice; `cause` says how. */
  | "handler_failed";

/**
 * A server wants authorization, and none could be had. Three faces: `message` (a sentence for a person), `code` and
 * `reason` (stable strings for programs), and where the authorization server answered, `data` (its `error`,
 * `error_description` and `error_uri`) and `status`. Nothing in it is a secret.
 */
export class AuthorizationFailed extends CallFailed {
  override readonly name: string = "AuthorizationFailed";
  readonly reason: AuthorizationFailedReason;

  constructor(
    reason: AuthorizationFailedReason,
    message: string,
    more: { readonly status?: number; readonly data?: OAuthError; readonly cause?: unknown } = {},
  ) {
    super("authorization_failed", message, more);
    this.reason = reason;
  }
}

/** What an authorization server says when it says no (RFC 6749 sections 4.1.2.1 and 5.2). */
export interface OAuthError {
  readonly error: string;
  readonly error_description?: string;
  readonly error_uri?: string;
}

/** Characters of the words of an authorization server that are passed on. */
const LONGEST = 500;

/** The error that an answer holds; undefined for an answer without one. */
export function readOAuthError(from: (name: string) => unknown): OAuthError | undefined {
  const text = (name: string) => {
    const value = from(name);
    return typeof value === "string" ? value.slice(0, LONGEST) : undefined;
  };
  const [error, description, uri] = [text("error"), text("error_description"), text("error_uri")];
  if (error === undefined) return undefined;
  return {
    error,
    ...(description === undefined ? {} : { error_description: description }),
    ...(uri === undefined ? {} : { error_uri: uri }),
  };
}

/** The same in a few words, for a sentence. */
export const said = ({ error, error_description }: OAuthError): string =>
  error_description === undefined ? error : `${error} (${error_description})`;
