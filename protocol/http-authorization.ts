/** Keeps time from being counted against a server while a person is asked; the function lets it go on. */
export type Hold = () => () => void;

/**
 * What gets a client let in over HTTP. The transport sends all requests to its server through it.
 * Page: `2026-07-28/basic/authorization/index#access-token-usage`.
 */
export interface HttpAuthorization {
  /**
   * Stands around `send` for one server: adds credentials to each request, gets them where the server asks for them, and
   * sends a request that was refused for want of them again.
   */
  around(send: typeof fetch, server: URL, hold: Hold): typeof fetch;
}
