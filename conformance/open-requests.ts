import { isObject, member } from "./trace.js";
import type { Json, Revision } from "./trace.js";

export interface Asked {
  /** Empty where the request had none that is a string. */
  readonly method: string;
  readonly revision: Revision;
}

/** The requests of one client that are not answered yet, by id. An id that was used twice is open twice. */
export class OpenRequests {
  readonly #asked = new Map<string, Asked[]>();
  readonly #listened = new Set<string>();

  get size(): number {
    return this.#asked.size;
  }

  /** Remembers what a message asks; members of a batch one by one. What has an id and is no response, asks. */
  remember(message: Json, revision: Revision): void {
    if (Array.isArray(message)) for (const item of message) this.remember(item as Json, revision);
    if (!isObject(message) || !Object.hasOwn(message, "id")) return;
    if (Object.hasOwn(message, "result") || Object.hasOwn(message, "error")) return;
    const key = JSON.stringify(message["id"]);
    const method = member(message, "method");
    if (method === "subscriptions/listen") this.#listened.add(key);
    const asked = { method: typeof method === "string" ? method : "", revision };
    this.#asked.set(key, [...(this.#asked.get(key) ?? []), asked]);
  }

  /** Takes out the request that a response with this id answers. */
  answer(id: Json | undefined): Asked | undefined {
    const key = JSON.stringify(id);
    const [first, ...rest] = this.#asked.get(key) ?? [];
    if (rest.length > 0) this.#asked.set(key, rest);
    else this.#asked.delete(key);
    return first;
  }

  /** Whether a subscription was ever asked for by this id. */
  listened(id: Json): boolean {
    return this.#listened.has(JSON.stringify(id));
  }

  /** The revision of an open subscription to which a notification belongs. */
  revisionOf(message: Json): Revision | undefined {
    const id = member(member(member(message, "params"), "_meta"), "io.modelcontextprotocol/subscriptionId");
    return this.#asked.get(JSON.stringify(id))?.[0]?.revision;
  }

  clear(): void {
    this.#asked.clear();
    this.#listened.clear();
  }
}
