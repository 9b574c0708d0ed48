import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Listener {
  (request: IncomingMessage, response: ServerResponse): unknown;
  close(): Promise<void>;
}

/** What a binding is told of the caller that a test sends as: `alice`, or `alice@TIME` for credentials that end. */
export function authOf(caller: string | null | undefined) {
  if (!caller) return {};
  const [principal, time] = caller.split("@") as [string, string?];
  return { auth: time === undefined ? { principal } : { principal, expiresAt: Number(time) } };
}

/** Serves on a free port; whom a request comes from stands in its X-Principal header. */
export async function listen(listener: Listener) {
  const server = createServer((request, response) =>
    listener(Object.assign(request, authOf(request.headers["x-principal"] as string)), response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    /** Ends the binding. */
    close: () => listener.close(),
    /** Ends the binding and what carries it. */
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      await listener.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
