import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { wholeNumber } from "../protocol/options.js";

/** How a browser on this machine comes back. */
export interface LoopbackRedirectOptions {
  /**
   * Shows the address to the user, or opens it in a browser. Begin no shell with it: parts of it come from servers. Its
   * promise is not waited for, but what it rejects with ends the wait.
   */
  readonly open: (url: URL) => void | Promise<void>;
  /** The port to listen on, where one is registered. Default: one that is registered already, else any that is free. */
  readonly port?: number;
  /** The path that browsers come back to. Default `"/callback"`. */
  readonly path?: string;
}

/** The part of the options of `authorizationCode` that is about the browser. */
export interface LoopbackRedirect {
  readonly redirectUri: (registered: readonly string[]) => Promise<string>;
  readonly redirect: (url: URL, asked: { readonly signal: AbortSignal }) => Promise<URL>;
}

const HOST = "127.0.0.1";

const page = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`;

const headers = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  Connection: "close",
};

/** Who waits for a browser that brings their state. */
interface Waiting {
  readonly state: string | null;
  readonly back: (url: URL) => void;
}

/** A port that is open, and all who wait at it. */
interface Place {
  readonly uri: string;
  readonly server: Server;
  readonly waiting: Set<Waiting>;
}

/**
 * Waits at this machine's own address for a browser to come back from an authorization server (RFC 8252 section 7.3). The
 * port is open from the question for the address until the answer, and for the next question it is another one, unless
 * it is given. Several may sign in at the same time, at one port or at several: each is told apart by its state. Spread
 * it into the options of `authorizationCode`.
 *
 * @throws {TypeError} for an option that makes no sense
 */
export function loopbackRedirect(options: LoopbackRedirectOptions): LoopbackRedirect {
  const { open, path = "/callback" } = options;
  if (!/^\/[\w./~-]*$/.test(path)) throw new TypeError(`path must begin with "/", got "${path}"`);
  const port = options.port === undefined ? undefined : wholeNumber(options.port, 0, "port");
  const places = new Map<string, Promise<Place>>();

  return {
    async redirectUri(registered) {
      if (port) return (await placeAt(port)).uri;
      for (const known of registered.map(portOf)) {
        const place = known === undefined ? undefined : await placeAt(known).catch(() => undefined);
        if (place) return place.uri;
      }
      // Where it came to no question after all, its port would stay open for nobody.
      for (const place of await Promise.all(places.values())) if (place.waiting.size === 0) return place.uri;
      const place = await listenOn(0);
      places.set(place.uri, Promise.resolve(place));
      return place.uri;
    },
    async redirect(url, { signal }) {
      const given = portOf(url.searchParams.get("redirect_uri") ?? "");
      if (given === undefined) throw new Error("redirect wants a URL whose redirect_uri is one that redirectUri gave");
      // Others at the same port may have ended, and closed it, before this one came to wait.
      const place = await placeAt(given);
      let waiting: Waiting | undefined;
      let onAbort: (() => void) | undefined;
      try {
        signal.throwIfAborted();
        place.server.ref();
        return await new Promise<URL>((resolve, reject) => {
          onAbort = () => reject(signal.reason as Error);
          signal.addEventListener("abort", onAbort, { once: true });
          waiting = { state: url.searchParams.get("state"), back: resolve };
          place.waiting.add(waiting);
          Promise.resolve()
            .then(() => open(url))
            .catch(reject);
        });
      } finally {
        if (onAbort) signal.removeEventListener("abort", onAbort);
        if (waiting) place.waiting.delete(waiting);
        if (place.waiting.size === 0) close(place);
      }
    },
  };

  function uriOf(at: number): string {
    return `http://${HOST}:${at}${path}`;
  }

  /** The port of an address that may be this one, if only its port is free. */
  function portOf(uri: string): number | undefined {
    const url = URL.canParse(uri) ? new URL(uri) : undefined;
    return url?.hostname === HOST && url.pathname === path && url.port !== "" ? Number(url.port) : undefined;
  }

  /** A port that is open here already is shared: nobody else could open it. */
  function placeAt(at: number): Promise<Place> {
    const uri = uriOf(at);
    const known = places.get(uri);
    if (known) return known;
    const place = listenOn(at);
    places.set(uri, place);
    place.catch(() => places.delete(uri));
    return place;
  }

  function close({ uri, server }: Place): void {
    places.delete(uri);
    server.close();
    // Browsers open connections that they send nothing on, which would keep the process alive.
    server.closeAllConnections();
  }

  async function listenOn(at: number): Promise<Place> {
    const waiting = new Set<Waiting>();
    const server = createServer((request, response) => answer(request, response, waiting));
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(at, HOST, resolve));
    // Where nobody is asked after all, as this client cannot register, no program waits for a browser.
    return { uri: uriOf((server.address() as AddressInfo).port), server: server.unref(), waiting };
  }

  function answer(
    { method, url = "", headers: got }: IncomingMessage,
    response: ServerResponse,
    waiting: ReadonlySet<Waiting>,
  ): void {
    const base = `http://${got.host ?? ""}`;
    const back = URL.canParse(url, base) ? new URL(url, base) : undefined;
    // Any page can lead a browser here; who does not know the state is none of ours.
    const ours = method === "GET" && back?.hostname === HOST && back.pathname === path;
    const waits = ours ? [...waiting].find(({ state }) => back.searchParams.get("state") === state) : undefined;
    if (!ours || !waits) {
      response.writeHead(404, headers).end(page("Not found", "Nobody waits for this page."));
      return;
    }
    const agreed = !back.searchParams.has("error");
    const [title, text] = agreed
      ? ["Signed in", "You can close this page and go back to the program."]
      : ["Not signed in", "The program tells why. You can close this page."];
    // The end of the wait cuts all connections, and the user is to see the page.
    response.once("close", () => waits.back(back));
    response.writeHead(200, headers).end(page(title, text));
  }
}
