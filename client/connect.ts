import { CallFailed } from "../protocol/call-failed.js";
import type { Endpoint } from "../protocol/endpoint.js";
import { messageOf } from "../protocol/errors.js";
import type { Transport } from "../protocol/transport.js";
import { httpTransport } from "../transports/http-client/http-transport.js";
import { memoryTransport } from "../transports/memory-client.js";
import { Client } from "./client.js";
import { Connection } from "./connection.js";
import { negotiate } from "./negotiate.js";
import { settle, type ConnectOptions } from "./options.js";
import { Questions } from "./questions.js";

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
  const settings = settle(options);
  const connection = new Connection(transportTo(target, options), settings, new Questions(options));
  try {
    await connection.transport.open(connection);
    await negotiate(connection);
    const client = new Client(connection);
    // A level that the server cannot set is no reason to do without the server.
    if (options.logLevel !== undefined && client.capabilities.logging)
      await client.setLogLevel(options.logLevel);
    return client;
  } catch (error) {
    await connection.close();
    throw error instanceof Error ? error : new CallFailed("connection_failed", messageOf(error));
  }
}

function transportTo(target: Target, { clock }: ConnectOptions): Transport {
  if (typeof target === "string" || target instanceof URL) return httpTransport(target, clock ? { clock } : {});
  return "receive" in target ? memoryTransport(target) : target;
}
