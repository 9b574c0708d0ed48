/**
 * Who is asking, as an authorization layer found out. Whatever outlives a request (session, task, subscription,
 * `requestState`) is bound to `principal`; what a request may do hangs on `scopes`.
 */
export interface Auth {
  /** Issuer, subject and client in one opaque string. Undefined: the one shared anonymous. */
  readonly principal?: string;
  /** Who vouches for the caller: an authorization server's issuer identifier. */
  readonly issuer?: string;
  /** Whom the caller acts for, as its issuer names them. */
  readonly subject?: string;
  /** The OAuth client that the credentials were given to. */
  readonly client?: string;
  /** What the caller was granted, as its credentials spell it. */
  readonly scopes?: readonly string[];
  /** What else is known of the caller, as the credentials say it. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** When the credentials end, in milliseconds since the epoch. */
  readonly expiresAt?: number;
  /**
   * Until when requests with the credentials are taken, in milliseconds since the epoch, where that is not `expiresAt`
   * because clocks may differ. What still streams then is cut.
   */
  readonly takenUntil?: number;
  /** Where clients find who gives credentials for this server (RFC 9728). */
  readonly resourceMetadata?: string;
  /** The authentication scheme of the credentials (`Bearer`, `DPoP`), which a challenge for more names. */
  readonly scheme?: string;
  /** Scopes that every request to this server needs: a challenge for more names them too. */
  readonly required?: readonly string[];
  /** Whether what was granted covers a scope. Default: it is among `scopes`. */
  readonly covers?: (scope: string) => boolean;
  readonly [member: string]: unknown;
}

/** When credentials end for good, in milliseconds since the epoch: Infinity where they do not. */
export const endOf = (auth: Auth | undefined): number => auth?.takenUntil ?? auth?.expiresAt ?? Infinity;

/** Throws a TypeError where whoever verified credentials says no time of their end. */
export function checkEnds(auth: Auth): void {
  for (const member of ["expiresAt", "takenUntil"] as const) {
    const end: unknown = auth[member];
    if (end !== undefined && (typeof end !== "number" || !(end > -Infinity)))
      throw new TypeError(`"${member}" must be milliseconds since the epoch, got ${String(end)}`);
  }
}
