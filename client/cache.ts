import type { Clock } from "../protocol/clock.js";
import { own, type Notification, type Params } from "../protocol/jsonrpc.js";
import type { Result } from "./calls.js";
import { changeOf } from "./listening.js";

interface Kept {
  readonly method: string;
  readonly result: Result;
  readonly until: number;
}

/**
 * Answers that are kept for as long as the server says. One client, one authorization: what is private stays here.
 * Page: `2026-07-28/server/utilities/caching`.
 */
export class Cache {
  readonly #kept = new Map<string, Kept>();
  /** How often the answers to each method became stale. */
  readonly #changes = new Map<string, number>();
  readonly #clock: Clock;
  readonly #most: number;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  find(method: string, params: Params): Result | undefined {
    const key = keyOf(method, params);
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    // 2026-07-28/server/utilities/caching#freshness-calculation
    if (this.#clock.now() < kept.until) return structuredClone(kept.result);
    this.#kept.delete(key);
    return undefined;
  }

  /** What `keep` has to be given: taken before the request is made. */
  changesOf(method: string): number {
    return this.#changes.get(method) ?? 0;
  }

  /** Keeps an answer, unless a change was told (`changes` is no longer the number) while it was on its way. */
  keep(method: string, params: Params, result: Result, changes: number): void {
    if (changes !== this.changesOf(method)) return;
    const ttlMs = own(result, "ttlMs");
    if (typeof ttlMs !== "number" || !(ttlMs > 0)) return;
    if (this.#kept.size >= this.#most) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(keyOf(method, params), {
      method,
      result: structuredClone(result),
      until: this.#clock.now() + ttlMs,
    });
  }

  /** Forgets all answers to some methods; says how many there were. */
  drop(...methods: string[]): number {
    const before = this.#kept.size;
    for (const method of methods) this.#changes.set(method, this.changesOf(method) + 1);
    for (const [key, { method }] of this.#kept) if (methods.includes(method)) this.#kept.delete(key);
    return before - this.#kept.size;
  }

  /** A change is told: what it is about is stale at once. */
  heed(notification: Notification): void {
    const change = changeOf(notification);
    if (!change || "task" in change) return;
    if ("uri" in change) {
      this.#changes.set("resources/read", this.changesOf("resources/read") + 1);
      this.#kept.delete(keyOf("resources/read", { uri: change.uri }));
    } else if (change.list === "resources") this.drop("resources/list", "resources/templates/list");
    else this.drop(`${change.list}/list`);
  }
}

const keyOf = (method: string, params: Params): string => JSON.stringify([method, params]);
