import type { Endpoint } from "../protocol/endpoint.js";
import type { Transport } from "../protocol/transport.js";
import { httpTransport } from "../transports/http-client/http-transport.js";
import { memoryTransport } from "../transports/memory-client.js";
import { Client } from "./client.js";
import { openConnection } from "./negotiate.js";
import type { ConnectOptions } from "./options.js";

/** What a client can be connected to: a server in this process, the address of one, or any transport. */
export type Target = Endpoint | Transport | string | URL;

/**
 * Connects to a server and agrees on a revision: over HTTP where `target` is an address, in memory where it is a server
 * of this process, else over the transport that it is. Which revision is spoken is found out anew for each connection.
 *
 * @param target a server, the URL of an MCP endpoint, or a transport, as `spawnServer` of `barewire/spawn` makes
 * @param options handlers for what servers ask, limits, times; all have defaults
 * @throws {CallFailed} where the server cannot be reached or speaks no revision that this client may speak
 * @throws {TypeError} where an option makes no sense
 */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<Client> {
  return new Client(await openConnection(transportTo(target, options), options));
}

function transportTo(target: Target, { clock, authorization }: ConnectOptions): Transport {
  if (typeof target === "string" || target instanceof URL)
    return httpTransport(target, { ...(clock && { clock }), ...(authorization && { authorization }) });
  if (authorization) throw new TypeError("authorization goes with the address of a server");
  return "receive" in target ? memoryTransport(target) : target;
}
