import type { Clock } from "../../protocol/clock.js";

/** Whatever has to say something now and then. */
export interface KeptAlive {
  comment(): void;
}

/** One timer for all open streams; none while there are none. */
export class KeepAlive {
  readonly #streams = new Set<KeptAlive>();
  readonly clock: Clock;
  readonly #everyMs: number;
  #stop: (() => void) | undefined;

  constructor(clock: Clock, everyMs: number) {
    this.clock = clock;
    this.#everyMs = everyMs;
  }

  add(stream: KeptAlive): void {
    this.#streams.add(stream);
    this.#stop ??= this.clock.after(this.#everyMs, this.#tick);
  }

  delete(stream: KeptAlive): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  readonly #tick = (): void => {
    this.#stop = this.clock.after(this.#everyMs, this.#tick);
    for (const stream of [...this.#streams]) stream.comment();
  };
}
