// @ts-check
import { createServer } from "node:http";

/** A port that is free now, for a server that has to be told one. */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Serves over HTTP on a free port, which stands in the first line of standard output. */
export function serve(handle) {
  const server = createServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1", () => {
    const address = /** @type {import("node:net").AddressInfo} */ (server.address());
    console.log(`listening http://127.0.0.1:${address.port}/mcp`);
  });
}
