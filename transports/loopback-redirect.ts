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

/**
 * Waits at this machine's own address for a browser to come back from an authorization server (RFC 8252 section 7.3). The
 * port is open from the question for the address until the answer, and for the next question it is another one, unless
 * it is given. Spread it into the options of `authorizationCode`.
 *
 * @throws {TypeError} for an option that makes no sense
 */
export function loopbackRedirect(options: LoopbackRedirectOptions): LoopbackRedirect {
  const { open, path = "/callback" } = options;
  if (!/^\/[\w./~-]*$/.test(path)) throw new TypeError(`path must begin with "/", got "${path}"`);
  const port = options.port === undefined ? undefined : wholeNumber(options.port, 0, "port");
  let listening: Promise<Server> | undefined;

  return {
    async redirectUri(registered) {
      await close();
      const known = registered.map(portOf).filter((one) => one !== undefined);
      listening = listenOn(port === undefined ? [...known, 0] : [port]);
      return `http://${HOST}:${((await listening).address() as AddressInfo).port}${path}`;
    },
    async redirect(url, { signal }) {
      const server = await listening;
      if (!server) throw new Error("redirectUri has to be asked for before redirect");
      server.ref();
      try {
        return await new Promise<URL>((resolve, reject) => {
          const onAbort = () => reject(signal.reason as Error);
          if (signal.aborted) onAbort();
          signal.addEventListener("abort", onAbort, { once: true });
          server.on("request", (request: IncomingMessage, response: ServerResponse) => {
            const back = answer(request, response, url.searchParams.get("state"));
            if (back) resolve(back);
          });
          Promise.resolve()
            .then(() => open(url))
            .catch(reject);
        });
      } finally {
        await close();
      }
    },
  };

  /** The registered address of an earlier time is this one, if only its port is free. */
  function portOf(uri: string): number | undefined {
    const url = URL.canParse(uri) ? new URL(uri) : undefined;
    return url?.hostname === HOST && url.pathname === path && url.port !== "" ? Number(url.port) : undefined;
  }

  async function close(): Promise<void> {
    const server = await listening?.catch(() => undefined);
    listening = undefined;
    server?.close();
    server?.closeIdleConnections();
  }

  /** The address that a browser came back to; undefined for what is not the answer that is waited for. */
  function answer({ method, url = "", headers: got }: IncomingMessage, response: ServerResponse, state: string | null) {
    const base = `http://${got.host ?? ""}`;
    const back = URL.canParse(url, base) ? new URL(url, base) : undefined;
    // Any page can lead a browser here; who does not know the state is none of ours.
    const ours = method === "GET" && back?.hostname === HOST && back.pathname === path;
    if (!ours || back.searchParams.get("state") !== state) {
      response.writeHead(404, headers).end(page("Not found", "Nobody waits for this page."));
      return undefined;
    }
    const agreed = !back.searchParams.has("error");
    const [title, text] = agreed
      ? ["Signed in", "You can close this page and go back to the program."]
      : ["Not signed in", "The program tells why. You can close this page."];
    response.writeHead(200, headers).end(page(title, text));
    return back;
  }
}

/** Listens on the first of the ports that is free. */
async function listenOn([first = 0, ...rest]: readonly number[]): Promise<Server> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(first, HOST, resolve));
    // Where nobody is asked after all, as this client cannot register, no program waits for a browser.
    return server.unref();
  } catch (error) {
    if (rest.length === 0) throw error;
    return listenOn(rest);
  }
}
