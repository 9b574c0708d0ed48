import { systemClock, type Clock } from "../../protocol/clock.js";
import { messageOf } from "../../protocol/errors.js";
import {
  fetchJson,
  settleFetch,
  type FetchOptions,
  type JsonAnswer,
  type SettledFetch,
} from "../../protocol/oauth/json-fetch.js";
import { endpointUrl } from "../../protocol/oauth/resource.js";
import { oneOf } from "../../protocol/options.js";
import { reachOf } from "./addresses.js";
import { AuthorizationFailed } from "./failed.js";

/** How metadata and authorization servers are asked. All of it optional. No redirect is ever followed. */
export interface WebOptions extends FetchOptions {
  /**
   * Whether a server may lead to addresses of closed networks and of this machine. `"like-server"`: one that is itself
   * on this machine to all of them, one on a closed network to such ones, any other to none. Default `"like-server"`.
   */
  readonly privateAddresses?: "like-server" | "refuse" | "allow";
  /**
   * Has the last word on each address before it is asked or shown to a user, as one that looks up what a name resolves
   * to. `what` says what the address is.
   */
  readonly allowUrl?: (url: URL, what: string) => boolean | Promise<boolean>;
  /** Default: the machine's own. */
  readonly clock?: Clock;
}

/** Options with their defaults. */
export interface WebSettings {
  readonly fetch: SettledFetch;
  readonly privateAddresses: "like-server" | "refuse" | "allow";
  readonly allowUrl: (url: URL, what: string) => boolean | Promise<boolean>;
  readonly clock: Clock;
}

export const settleWeb = (options: WebOptions): WebSettings => ({
  fetch: settleFetch(options),
  privateAddresses: oneOf(
    options.privateAddresses,
    "like-server",
    ["like-server", "refuse", "allow"],
    "privateAddresses",
  ),
  allowUrl: options.allowUrl ?? (() => true),
  clock: options.clock ?? systemClock,
});

/**
 * What a shell could take for more than text, and what no URL has in it unescaped
 * (security/security_best_practices#mitigation/25.1
 * security/security_best_practices#mitigation/25.2). `&` parts members of a query, and nothing here goes to a shell.
 */
const suspicious = /[^\x21-\x7e]|["'`$;|<>\\^{}()!*]/;

/** The way to metadata and authorization servers, for one MCP server: what it names is held against where it is. */
export class Web {
  readonly settings: WebSettings;
  readonly #server: URL;

  constructor(settings: WebSettings, server: URL) {
    this.settings = settings;
    this.#server = server;
  }

  get clock(): Clock {
    return this.settings.clock;
  }

  /**
   * Reads an address that a server gave: https, or http on this machine, and nowhere that the server does not belong.
   * Throws `unsafe_url`, which names `what`.
   * 2026-07-28/basic/authorization/security-considerations#communication-security/1
   * security/security_best_practices#mitigation/3
   * security/security_best_practices#mitigation/16
   * security/security_best_practices#mitigation/17
   * security/security_best_practices#mitigation/18
   * security/security_best_practices#mitigation/19
   */
  async read(text: unknown, what: string): Promise<URL> {
    const refuse = (why: string) => new AuthorizationFailed("unsafe_url", why);
    let url: URL;
    try {
      url = endpointUrl(text, what);
    } catch (error) {
      throw refuse(messageOf(error));
    }
    if (suspicious.test(text as string)) throw refuse(`${what} has characters that no such address needs`);
    return this.admit(url, what);
  }

  /** Lets pass what leads where this server belongs. Throws `unsafe_url`, which names `what`. */
  async admit(url: URL, what: string): Promise<URL> {
    const refuse = (why: string) => new AuthorizationFailed("unsafe_url", `${what} leads to ${url.host}, ${why}`);
    if (!this.#reaches(url)) throw refuse("where this server has no business");
    if (!(await this.settings.allowUrl(url, what))) throw refuse("which is not allowed");
    return url;
  }

  #reaches(url: URL): boolean {
    const { privateAddresses } = this.settings;
    const reach = reachOf(url);
    if (reach === "public" || privateAddresses === "allow") return true;
    if (reach === "never" || privateAddresses === "refuse") return false;
    const own = reachOf(this.#server);
    return own === "loopback" || own === reach;
  }

  /** Asks for JSON at an address that was read. Throws `unreachable`, which tells nothing of what was sent. */
  async json(url: URL, init?: RequestInit, takes?: (status: number) => boolean): Promise<JsonAnswer> {
    try {
      return await fetchJson(url, this.settings.fetch, this.clock, init, takes);
    } catch (error) {
      throw new AuthorizationFailed("unreachable", messageOf(error), { cause: error });
    }
  }

  /** Posts a form. Whatever comes back is read, be it a refusal, unless `takes` says otherwise. */
  form(
    url: URL,
    body: URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
    takes: (status: number) => boolean = () => true,
  ): Promise<JsonAnswer> {
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    return this.json(url, { method: "POST", headers: { ...type, ...headers }, body: body.toString() }, takes);
  }
}
