import { readArrival } from "./wire.js";
import type { Subject } from "./wire.js";

/** A server in this process, with its in-memory transport. */
export interface MemoryServer {
  /** `caller`: who connects; without it, the first caller. */
  connect(receive: (message: unknown) => void, caller?: string): MemoryWire | Promise<MemoryWire>;
  close?(): Promise<void> | void;
}

export interface MemoryWire {
  /** Takes the JSON text of one message. */
  send(text: string): void;
  close(): Promise<void> | void;
}

/** The wire without bytes: messages cross as JSON text, so that neither side sees the other's objects. */
export async function memorySubject(
  make: () => MemoryServer | Promise<MemoryServer>,
  callers: ReadonlySet<string> = new Set(),
): Promise<Subject> {
  const server = await make();
  return {
    wire: "memory",
    callers,
    async connect(receive, _stateless, caller) {
      const take = (message: unknown) => receive(readArrival(JSON.stringify(message) ?? "nothing"));
      const wire = await server.connect(take, caller);
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
    fresh: () => memorySubject(make, callers),
    async close() {
      await server.close?.();
    },
  };
}
