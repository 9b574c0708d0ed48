import type { Auth } from "../protocol/exchange.js";
import type { Call } from "./call.js";

/** What an author gets back for each thing registered. */
export interface Registration {
  /** Shows it again after `disable`. */
  enable(): void;
  /** Hides it: it is not listed, and using it is refused as if it did not exist. */
  disable(): void;
  /** Takes it back for good. */
  remove(): void;
}

/** Whether somebody may use a thing, by their rights and by nothing else; `undefined` is who is not known. */
export type Enabled = (auth: Auth | undefined) => boolean;

export interface Entry {
  readonly isFor?: Enabled | undefined;
  /** Grows with every registration; a cursor points behind one, so that it stays good while others come and go. */
  readonly order: number;
  enabled: boolean;
  /** Scopes that its use needs, and whether lists keep it from those who lack them. */
  readonly scopes?: readonly string[];
  readonly hide?: boolean;
}

/** Whether the caller has a thing. Where that depends on who it is, the answer is for it alone. */
export function isFor({ isFor }: Entry, call: Call): boolean {
  if (!isFor) return true;
  call.personal = true;
  return isFor(call.exchange.auth);
}

/** Cursors come from clients: what is remembered of them has to be bounded. */
const MAX_PAGES = 100;

/** Tools, prompts or resources by their key, in the order of their registration. */
export class Registry<E extends Entry> {
  readonly #entries = new Map<string, E>();
  readonly #changed: () => void;
  readonly #pages = new Map<string, unknown>();
  #order = 0;
  /** Whether anything was ever registered: what was offered once stays a capability. */
  used = false;
  /** Whether a list of it may be another one for another caller. */
  differs = false;
  /** Whether a key is taken by what is listed beside it. */
  elsewhere: ((key: string) => boolean) | undefined;

  constructor(changed: () => void) {
    this.#changed = () => {
      this.#pages.clear();
      changed();
    };
  }

  /** What `make` gave for the same key, for as long as nothing is added, removed, enabled or disabled. */
  remembered<T>(key: string, make: () => T): T {
    const known = this.#pages.get(key);
    if (known !== undefined) return known as T;
    if (this.#pages.size >= MAX_PAGES) this.#pages.clear();
    const made = make();
    this.#pages.set(key, made);
    return made;
  }

  /** Throws an Error for a key that is taken. */
  add(key: string, what: string, make: (order: number) => E): Registration {
    if (this.#entries.has(key) || this.elsewhere?.(key)) throw new Error(`${what} "${key}" is registered already`);
    const entry = make(++this.#order);
    this.#entries.set(key, entry);
    this.used = true;
    if (entry.isFor || entry.hide) this.differs = true;
    this.#changed();
    const set = (enabled: boolean) => {
      if (entry.enabled === enabled || this.#entries.get(key) !== entry) return;
      entry.enabled = enabled;
      this.#changed();
    };
    return {
      enable: () => set(true),
      disable: () => set(false),
      remove: () => {
        if (this.#entries.get(key) !== entry) return;
        this.#entries.delete(key);
        if (entry.enabled) this.#changed();
      },
    };
  }

  /** Whether something stands at that place of the order. */
  hasOrder(order: number): boolean {
    return [...this.#entries.values()].some((entry) => entry.order === order);
  }

  get(key: string): E | undefined {
    const entry = this.#entries.get(key);
    return entry?.enabled ? entry : undefined;
  }

  /** All that is enabled, in order. */
  *[Symbol.iterator](): Generator<E> {
    for (const entry of this.#entries.values()) if (entry.enabled) yield entry;
  }
}
