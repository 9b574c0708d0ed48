import { CallFailed } from "../../protocol/call-failed.js";
import type { Receiver, Transport } from "../../protocol/transport.js";
import type { Message } from "../../protocol/jsonrpc.js";

/** Whatever went over a wire, for reading members at will. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Wire = any;

/** A server as a test writes it: what it gets stands in `sent`, and it says whatever the test wants. */
export class Scripted implements Transport {
  readonly shared = true;
  readonly sent: Wire[] = [];
  receiver!: Receiver;
  closings = 0;
  readonly #react: (message: Wire, script: Scripted) => void;

  /** `react` is called with each message of the client. */
  constructor(react: (message: Wire, script: Scripted) => void = () => {}) {
    this.#react = react;
  }

  async open(receiver: Receiver): Promise<void> {
    this.receiver = receiver;
  }

  async send(message: Message): Promise<void> {
    this.sent.push(structuredClone(message));
    queueMicrotask(() => this.#react(message, this));
  }

  say(message: object): void {
    this.receiver.message(structuredClone({ jsonrpc: "2.0", ...message }));
  }

  async close(): Promise<void> {
    this.closings += 1;
  }

  /** The last message with that method. */
  last(method: string): Wire {
    return this.sent.findLast((message) => message.method === method);
  }
}

/** Answers the handshake in a revision with one, and everything else by `react`. */
export const legacyScript = (
  react: (message: Wire, script: Scripted) => void = () => {},
  protocolVersion = "2025-11-25",
  capabilities: object = { tools: {}, resources: { subscribe: true }, logging: {} },
): Scripted =>
  new Scripted((message, script) => {
    if (message.method === "initialize") {
      const serverInfo = { name: "scripted", version: "1" };
      script.say({ id: message.id, result: { protocolVersion, capabilities, serverInfo } });
    } else if (message.method === "server/discover")
      script.say({ id: message.id, error: { code: -32601, message: "?" } });
    else react(message, script);
  });

/** Answers `server/discover`, and everything else by `react`. */
export const modernScript = (
  react: (message: Wire, script: Scripted) => void = () => {},
  capabilities: object = { tools: {}, resources: {} },
): Scripted =>
  new Scripted((message, script) => {
    if (message.method !== "server/discover") return react(message, script);
    const result = {
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities,
      ttlMs: 0,
      cacheScope: "public",
    };
    script.say({ id: message.id, result });
  });

/** The failure of a call that has to fail. */
export const failureOf = (work: Promise<unknown>): Promise<CallFailed> =>
  work.then(
    () => Promise.reject(new Error("nothing failed")),
    (error: unknown) => (error instanceof CallFailed ? error : Promise.reject(error)),
  );
