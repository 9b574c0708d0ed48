import type { HttpAuthorization } from "../../protocol/http-authorization.js";
import { wholeNumber } from "../../protocol/options.js";
import { readScopes } from "../../protocol/scopes.js";
import type { Grant } from "./grant.js";
import { canonicalServer } from "./protected-resource.js";
import { ServerAuthorization } from "./server-authorization.js";
import { MemoryStore, type AuthorizationStore } from "./store.js";
import { settleWeb, Web, type WebOptions } from "./web.js";

/** How a client is let in, by whichever grant. All of it optional. */
export interface AuthorizationOptions extends WebOptions {
  /** Where tokens and registrations are kept. Default: in memory. */
  readonly store?: AuthorizationStore;
  /** Scopes that are asked for in any case, beside those that the server names. Default: none. */
  readonly scopes?: readonly string[];
  /** Chooses among the authorization servers of a server. Default: the one that knows this client, else the first. */
  readonly chooseIssuer?: (issuers: readonly string[]) => string | Promise<string>;
  /**
   * Whether a server that has no metadata is taken for its own authorization server, as 2025-03-26 has it, by the paths
   * `/authorize`, `/token` and `/register` where it has no metadata as such either. Default true.
   */
  readonly legacyServers?: boolean;
  /** Times that more scopes are got for one request. Default 2. */
  readonly maxStepUps?: number;
}

/** How a token is got that no server has asked for. */
export interface AuthorizeOptions {
  /** Takes it back. */
  readonly signal?: AbortSignal;
  /** The `WWW-Authenticate` of a 401, where there was one: it says where the metadata lie, and which scopes to ask for. */
  readonly challenge?: string | undefined;
}

/** What gets a client let in, at as many servers as it is used for. */
export interface Authorization extends HttpAuthorization {
  /** Gets a token for a server anew, before it asks for one. Rejects with an `AuthorizationFailed`. */
  authorize(server: string | URL, options?: AuthorizeOptions): Promise<void>;
  /**
   * Forgets the tokens of a server, and has the authorization server take them back where it can (RFC 7009). Gives
   * whether it has. The registration stays.
   */
  forget(server: string | URL): Promise<boolean>;
}

/** Puts a grant to use. Throws a TypeError for an option that makes no sense. */
export function authorizationBy(grant: Grant, options: AuthorizationOptions): Authorization {
  const web = settleWeb(options);
  const { store = new MemoryStore(), legacyServers = true } = options;
  const settings = {
    grant,
    store,
    legacyServers,
    scopes: readScopes(options.scopes, "scopes") ?? [],
    maxStepUps: wholeNumber(options.maxStepUps, 2, "maxStepUps", 0),
    chooseIssuer:
      options.chooseIssuer ??
      ((issuers: readonly string[]) => issuers.find((issuer) => issuer === grant.issuer) ?? issuers[0]!),
  };
  const servers = new Map<string, ServerAuthorization>();
  const serverAt = (address: string | URL): ServerAuthorization => {
    const server = new URL(address);
    const key = canonicalServer(server);
    const known = servers.get(key) ?? new ServerAuthorization(server, new Web(web, server), settings);
    servers.set(key, known);
    return known;
  };
  return {
    around(send, address, hold) {
      const server = serverAt(address);
      return (input, init = {}) => {
        const url = new URL(input instanceof Request ? input.url : input);
        // A token is for the server that it was got for, whatever a caller sends elsewhere.
        // 2026-07-28/basic/authorization/index#token-handling/5
        return url.origin === address.origin ? server.send(send, url, init, hold) : send(input, init);
      };
    },
    authorize: async (address, { signal, challenge } = {}) => serverAt(address).authorize(challenge, signal),
    forget: async (address) => serverAt(address).forget(),
  };
}
