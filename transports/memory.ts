import { encodeMessage } from "../protocol/encode.js";
import type { Endpoint } from "../protocol/endpoint.js";
import type { Auth } from "../protocol/exchange.js";
import type { Message, Response } from "../protocol/jsonrpc.js";
import { Pipe } from "./pipe.js";

/** The client's end of a connection in memory. */
export interface MemoryConnection {
  /** Hands the server one message, or a batch of them. */
  send(message: unknown): void;
  /** Hands the server the text of one message, as it would come over a wire. */
  sendText(text: string): void;
  /** Closes the connection: subscriptions end, calls in flight are aborted. The server goes on. */
  close(): void;
}

/**
 * Connects to a server in the same process, without bytes. `onMessage` gets each message of the server as an object of
 * its own (a batch's answers as an array).
 */
export function connectMemory(
  endpoint: Endpoint,
  onMessage: (message: Message | readonly Response[]) => void,
  auth?: Auth,
): MemoryConnection {
  const deliver = (json: string) => {
    try {
      onMessage(JSON.parse(json) as Message | Response[]);
    } catch (error) {
      // The client's fault must not become the handler's that happens to be sending.
      endpoint.onError(error, "taking a message in memory");
    }
  };
  // An answer must not come before the call that sent the question has returned.
  let taking = false;
  const waiting: string[] = [];
  const flush = () => {
    // What is sent meanwhile stands behind the others.
    for (let json = waiting[0]; json !== undefined; json = waiting[0]) {
      deliver(json);
      waiting.shift();
    }
  };
  // Through JSON and back, as over a wire: what one side holds must not change under the other's hands.
  const write = (message: Message | readonly Response[]) => {
    const json = encodeMessage(message, endpoint.onError.bind(endpoint));
    if (json === undefined) return;
    if (!taking && waiting.length === 0) return deliver(json);
    if (waiting.push(json) === 1) queueMicrotask(flush);
  };
  const take = (text: string) => {
    const before = taking;
    taking = true;
    pipe.receiveText(text);
    taking = before;
  };
  const pipe = new Pipe(endpoint, write, auth);
  return {
    send: (message) => take(JSON.stringify(message)),
    sendText: take,
    close: () => {
      pipe.peer.close();
      waiting.length = 0;
    },
  };
}
