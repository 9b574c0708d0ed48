import { Registry, type Entry, type Registration } from "../registry.js";

/** What a mounted server has registered, and how it is called and made outside. */
export interface Source<E extends Entry> {
  readonly registry: Registry<E>;
  /** The key inside. */
  keyOf(entry: E): string;
  /** The key outside. */
  named(key: string): string;
  /** The entry as it is used outside, at that place of the order. */
  mounted(entry: E, order: number): E;
}

interface Mounted<E extends Entry> {
  readonly source: Source<E>;
  readonly inner: E;
  readonly outer: E;
}

/** Where mounted entries begin in the order: behind all of the server's own, whenever those come. */
const BEHIND_OWN = 1e9;

/** A server's own entries and, behind them, those of the servers that are mounted in it, as they stand there. */
export class Joined<E extends Entry> extends Registry<E> {
  readonly #own: Registry<E>;
  readonly #what: string;
  readonly #sources: Source<E>[] = [];
  readonly #mounted = new Map<string, Mounted<E>>();
  /** Those whose name was taken: that is told once. */
  readonly #refused = new WeakSet<E>();
  #pages!: Registry<E>;
  #order = BEHIND_OWN;

  constructor(own: Registry<E>, what: string) {
    super(() => {});
    this.#own = own;
    this.#what = what;
    own.elsewhere = (key) => this.#there(key) !== undefined;
    // Should nothing come to be joined, it is still what its own entries are.
    this.look();
  }

  /** Throws an Error where a source has a name that is taken. */
  admit(source: Source<E>): void {
    for (const entry of source.registry) {
      const key = source.named(source.keyOf(entry));
      if (this.get(key)) throw taken(this.#what, key);
    }
  }

  /** Takes in what a source has now and will have. */
  join(source: Source<E>): void {
    this.#sources.push(source);
    this.look();
  }

  /**
   * Looks at what the sources have now. Throws an Error for a name that is taken, after all others are looked at, so
   * that whoever registers it hears of that.
   */
  look(): void {
    this.#pages = new Registry(() => {});
    for (const [key, one] of this.#mounted) if (!isThere(one)) this.#mounted.delete(key);
    let refused: string | undefined;
    for (const source of this.#sources) {
      for (const inner of source.registry) {
        const key = source.named(source.keyOf(inner));
        const known = this.#mounted.get(key);
        if (known?.inner === inner || this.#refused.has(inner)) continue;
        if (known || this.#own.get(key)) {
          this.#refused.add(inner);
          refused ??= key;
        } else this.#mounted.set(key, { source, inner, outer: source.mounted(inner, ++this.#order) });
      }
    }
    const all = [this.#own, ...this.#sources.map(({ registry }) => registry)];
    this.used = all.some(({ used }) => used);
    this.differs = all.some(({ differs }) => differs);
    if (refused !== undefined) throw taken(this.#what, refused);
  }

  override add(key: string, what: string, make: (order: number) => E): Registration {
    return this.#own.add(key, what, make);
  }

  override remembered<T>(key: string, make: () => T): T {
    return this.#pages.remembered(key, make);
  }

  override hasOrder(order: number): boolean {
    return this.#own.hasOrder(order) || [...this.#mounted.values()].some(({ outer }) => outer.order === order);
  }

  override get(key: string): E | undefined {
    const own = this.#own.get(key);
    return own ?? this.#there(key);
  }

  #there(key: string): E | undefined {
    const mounted = this.#mounted.get(key);
    return mounted && isThere(mounted) ? mounted.outer : undefined;
  }

  override *[Symbol.iterator](): Generator<E> {
    yield* this.#own;
    for (const [key, one] of this.#mounted) if (isThere(one) && !this.#own.get(key)) yield one.outer;
  }
}

const isThere = <E extends Entry>({ source, inner }: Mounted<E>): boolean =>
  source.registry.get(source.keyOf(inner)) === inner;

const taken = (what: string, key: string): Error => new Error(`${what} "${key}" is registered already`);
