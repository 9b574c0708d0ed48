import type { Clock } from "./clock.js";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that stands still until it is turned by hand: for tests of what waits or expires. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #settled: () => Promise<void>;
  #now = 1_000_000_000_000;
  #offset = 0;

  /** `settle` lets run what waits for nothing but its turn. */
  constructor(settle: () => Promise<void> = settled) {
    this.#settled = settle;
  }

  now(): number {
    return this.#now + this.#offset;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Sets the clock back, as people and their networks do; timers know nothing of it. */
  setBack(ms: number): void {
    this.#offset -= ms;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Turns the clock, runs what falls due in order, and lets what that set off run as well. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await this.#settled();
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.#now = Math.max(this.#now, next.due);
      this.#timers.delete(next);
      next.run();
    }
    this.#now = end;
    await this.#settled();
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}

/** Resolves in a turn of its own, after all promises and what is read from sockets meanwhile. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
