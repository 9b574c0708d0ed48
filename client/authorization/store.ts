/** Tokens of one server, as they are kept: bound to the authorization server that gave them and to their resource. */
export interface Tokens {
  /** The issuer of the authorization server. */
  readonly issuer: string;
  /** The server that they are for, as `resource` named it. */
  readonly resource: string;
  readonly clientId: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** When the access token ends, in milliseconds since the epoch, where the authorization server has said so. */
  readonly expiresAt?: number;
  /** The scopes that were asked for. */
  readonly requested: readonly string[];
}

/** A client that one authorization server knows. */
export interface Registration {
  readonly id: string;
  readonly secret?: string;
  /** How it authenticates, where the authorization server has said so. */
  readonly method?: string;
  readonly redirectUris: readonly string[];
  /** When the secret ends, in milliseconds since the epoch. */
  readonly secretExpiresAt?: number;
}

/** What is kept, by its kind. */
export interface Kept {
  /** By the URL of an MCP server. */
  readonly tokens: Tokens;
  /** By the issuer of an authorization server. */
  readonly registration: Registration;
  /** By the id of a client that was given without an issuer: where it was used first. */
  readonly issuer: { readonly issuer: string };
}

/**
 * Where tokens and registrations are kept. Whoever reads what is in it can act as the user: it has to be kept from
 * others, on disk as well as elsewhere.
 * 2026-07-28/basic/authorization/security-considerations#token-theft/1
 * 2026-07-28/basic/authorization/index#refresh-tokens/1
 */
export interface AuthorizationStore {
  load<K extends keyof Kept>(kind: K, of: string): Promise<Kept[K] | undefined>;
  /** Undefined takes it out. */
  save<K extends keyof Kept>(kind: K, of: string, what: Kept[K] | undefined): Promise<void>;
}

/** Keeps tokens and registrations as long as the process runs. */
export class MemoryStore implements AuthorizationStore {
  readonly #kept = new Map<string, unknown>();

  async load<K extends keyof Kept>(kind: K, of: string): Promise<Kept[K] | undefined> {
    return this.#kept.get(`${kind} ${of}`) as Kept[K] | undefined;
  }

  async save<K extends keyof Kept>(kind: K, of: string, what: Kept[K] | undefined): Promise<void> {
    if (what === undefined) this.#kept.delete(`${kind} ${of}`);
    else this.#kept.set(`${kind} ${of}`, what);
  }
}
