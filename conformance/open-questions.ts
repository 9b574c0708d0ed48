import { isObject, member } from "./trace.js";
import type { Json } from "./trace.js";

/** The requests of a server that the client has not answered yet, with the progress token that each of them gave. */
export class OpenQuestions {
  readonly #tokens = new Map<string, string | undefined>();
  readonly #ever = new Set<string>();

  /** Remembers what a message of the server asks or takes back. Returns whether its token is one of an open request. */
  hear(message: Json): boolean {
    if (!isObject(message) || typeof message["method"] !== "string") return false;
    const params = member(message, "params");
    if (message["method"] === "notifications/cancelled")
      this.#tokens.delete(JSON.stringify(member(params, "requestId")));
    if (!Object.hasOwn(message, "id")) return false;
    const token = JSON.stringify(member(member(params, "_meta"), "progressToken")) as string | undefined;
    this.#ever.add(JSON.stringify(message["id"]));
    const repeated = token !== undefined && [...this.#tokens.values()].includes(token);
    this.#tokens.set(JSON.stringify(message["id"]), token);
    return repeated;
  }

  /** Forgets what the client answers. */
  answer(message: Json): void {
    for (const one of Array.isArray(message) ? message : [message]) {
      const id = member(one as Json, "id");
      if (id !== undefined && member(one as Json, "method") === undefined) this.#tokens.delete(JSON.stringify(id));
    }
  }

  /** Whether the server has ever asked by this id. */
  heard(id: Json): boolean {
    return this.#ever.has(JSON.stringify(id));
  }

  clear(): void {
    this.#tokens.clear();
    this.#ever.clear();
  }
}
