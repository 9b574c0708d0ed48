import { readArrival } from "./wire.js";
import type { Subject } from "./wire.js";

/** A server in this process, with its in-memory transport. */
export interface MemoryServer {
  connect(receive: (message: unknown) => void): MemoryWire | Promise<MemoryWire>;
  close?(): Promise<void> | void;
}

export interface MemoryWire {
  /** Takes the JSON text of one message. */
  send(text: string): void;
  close(): Promise<void> | void;
}

/** The wire without bytes: messages cross as JSON text, so that neither side sees the other's objects. */
export async function memorySubject(make: () => MemoryServer | Promise<MemoryServer>): Promise<Subject> {
  const server = await make();
  return {
    wire: "memory",
    async connect(receive) {
      const wire = await server.connect((message) => receive(readArrival(JSON.stringify(message) ?? "nothing")));
      return {
        send({ text }) {
          wire.send(typeof text === "string" ? text : new TextDecoder().decode(text));
          return undefined;
        },
        async close() {
          await wire.close();
        },
      };
    },
    fresh: () => memorySubject(make),
    async close() {
      await server.close?.();
    },
  };
}
