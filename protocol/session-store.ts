import type { Message } from "./jsonrpc.js";
import type { Session } from "./session.js";

/** A session as JSON can hold it. */
export interface StoredSession extends Omit<Session, "watched"> {
  readonly watched: readonly string[];
}

/**
 * Keeps legacy sessions over HTTP by their id, so that each node of several knows those that another one opened, and a
 * new process those of the one before. A record is written anew when it changes, and now and then for its `lastSeen`,
 * after which a store may drop it by itself.
 */
export interface SessionStore {
  get(id: string): StoredSession | undefined | Promise<StoredSession | undefined>;
  put(id: string, session: StoredSession): void | Promise<void>;
  delete(id: string): void | Promise<void>;
}

/** A store in memory, for several bindings in one process. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<string, StoredSession>();

  get size(): number {
    return this.#sessions.size;
  }

  get(id: string): StoredSession | undefined {
    return this.#sessions.get(id);
  }

  put(id: string, session: StoredSession): void {
    this.#sessions.set(id, session);
  }

  delete(id: string): void {
    this.#sessions.delete(id);
  }
}

/** What the nodes that serve one session tell each other. All of it is JSON. */
export type SessionMessage = { readonly from: string } & (
  | {
      /** The client sent it to another node than it may be meant for: an answer, or a cancellation. */
      readonly said: Message;
    }
  | {
      /** A message of the session itself, for the node where a GET stream is open. */
      readonly push: Message;
    }
  | {
      /** Whether a GET stream is open at the node that tells: then it alone tells the client of changes. */
      readonly listening: boolean;
    }
  | { readonly closed: true }
);

/** Carries messages of a session between the nodes that know it. */
export interface SessionBus {
  deliver(sessionId: string, message: SessionMessage): void | Promise<void>;
  /** Hears what is delivered for one session, from this node too. Returns how to stop. */
  subscribe(sessionId: string, listener: (message: SessionMessage) => void): () => void;
}

/** The bus of one process. */
export class LocalSessionBus implements SessionBus {
  readonly #listeners = new Map<string, Set<(message: SessionMessage) => void>>();

  deliver(sessionId: string, message: SessionMessage): void {
    for (const listener of [...(this.#listeners.get(sessionId) ?? [])]) listener(message);
  }

  subscribe(sessionId: string, listener: (message: SessionMessage) => void): () => void {
    const listeners = this.#listeners.get(sessionId) ?? new Set();
    this.#listeners.set(sessionId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(sessionId) === listeners) this.#listeners.delete(sessionId);
    };
  }
}

export const storedSession = (session: Session): StoredSession => ({
  ...session,
  watched: [...(session.watched ?? [])],
});
export const sessionOf = (stored: StoredSession): Session => ({ ...stored, watched: new Set(stored.watched) });
