import { CallFailed } from "../protocol/call-failed.js";
import type { Endpoint } from "../protocol/endpoint.js";
import type { Auth } from "../protocol/exchange.js";
import type { Transport } from "../protocol/transport.js";
import { connectMemory, type MemoryConnection } from "./memory.js";

/** A client's end of a connection to a server in the same process. `auth`: who it is, as the server is to see it. */
export function memoryTransport(endpoint: Endpoint, auth?: Auth): Transport {
  let connection: MemoryConnection | undefined;
  return {
    shared: true,
    async open(receiver) {
      await endpoint.start();
      connection = connectMemory(endpoint, (message) => receiver.message(message), auth);
    },
    async send(message) {
      if (!connection) throw new CallFailed("connection_closed", "The connection is closed");
      connection.send(message);
    },
    async close() {
      connection?.close();
      connection = undefined;
    },
  };
}
