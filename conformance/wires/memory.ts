import type { Json } from "../trace.js";
import { readArrival } from "./wire.js";
import type { Subject } from "./wire.js";

/** A server in this process, with its in-memory transport. */
export interface MemoryServer {
  connect(receive: (message: unknown) => void): MemoryWire | Promise<MemoryWire>;
  close?(): Promise<void> | void;
}

export interface MemoryWire {
  send(message: never): unknown;
  close(): Promise<void> | void;
}

/** The wire without bytes: messages cross as JSON values, copied so that neither side sees the other's objects. */
export async function memorySubject(make: () => MemoryServer | Promise<MemoryServer>): Promise<Subject> {
  const server = await make();
  return {
    wire: "memory",
    async connect(receive) {
      const wire = await server.connect((message) => receive(readArrival(JSON.stringify(message) ?? "nothing")));
      return {
        send({ text }) {
          let message: Json;
          try {
            message = JSON.parse(typeof text === "string" ? text : new TextDecoder().decode(text)) as Json;
          } catch {
            throw new Error("the memory wire carries JSON values only");
          }
          wire.send(message as never);
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
