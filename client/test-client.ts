import type { Endpoint } from "../protocol/endpoint.js";
import type { Auth } from "../protocol/exchange.js";
import type { Transport } from "../protocol/transport.js";
import { memoryTransport } from "../transports/memory-client.js";
import { Client } from "./client.js";
import { openConnection } from "./negotiate.js";
import type { ConnectOptions } from "./options.js";

export { CallFailed } from "../protocol/call-failed.js";
export { FakeClock } from "../protocol/fake-clock.js";
export type { Client } from "./client.js";

/** A message as it went over, and whose it was. */
export interface RecordedMessage {
  readonly from: "client" | "server";
  readonly message: Readonly<Record<string, unknown>>;
}

/** A client that remembers every message of both sides, in order, from the first one on. */
export interface TestClient extends Client {
  readonly messages: readonly RecordedMessage[];
}

/** What a test connects with. */
export interface TestOptions extends ConnectOptions {
  /** Who the client is, as the server is to see it. */
  readonly auth?: Auth;
}

/**
 * Connects to a server in memory, for a test of that server: typed calls, and all messages to look at.
 *
 * @param server what `createServer` made
 * @param options those of `connect`: `revision` picks one, `clock: new FakeClock()` lets the test turn time by hand
 */
export async function connect(server: Endpoint, options: TestOptions = {}): Promise<TestClient> {
  const messages: RecordedMessage[] = [];
  const connection = await openConnection(recorded(memoryTransport(server, options.auth), messages), options);
  return Object.assign(new Client(connection), { messages });
}

function recorded(transport: Transport, messages: RecordedMessage[]): Transport {
  const note = (from: RecordedMessage["from"], message: unknown) =>
    messages.push({ from, message: structuredClone(message) as RecordedMessage["message"] });
  return {
    ...transport,
    open: (receiver) =>
      transport.open({
        message(message) {
          note("server", message);
          receiver.message(message);
        },
        fault: (error) => receiver.fault(error),
        expired: () => receiver.expired(),
        unheard: (error) => receiver.unheard(error),
        restarted: (error) => receiver.restarted(error),
        closed: (error) => receiver.closed(error),
        hold: () => receiver.hold(),
      }),
    send(message) {
      note("client", message);
      return transport.send(message);
    },
  };
}
