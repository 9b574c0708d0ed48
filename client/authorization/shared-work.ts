/** Work that is done once for all who wait for it, and stopped when nobody does any more. */
export class SharedWork<T> {
  #running: { readonly result: Promise<T>; readonly stopper: AbortController; waiting: number } | undefined;

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Begins work that nobody does yet. */
  run(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const stopper = new AbortController();
    const result = Promise.resolve()
      .then(() => work(stopper.signal))
      .finally(() => (this.#running = undefined));
    // Those who have gone need not hear of it.
    result.catch(() => {});
    this.#running = { result, stopper, waiting: 0 };
    return this.join(signal);
  }

  /** Waits for the work that is done now, as long as the signal lets it. */
  async join(signal: AbortSignal | undefined): Promise<T> {
    const running = this.#running!;
    running.waiting += 1;
    let onAbort = () => {};
    try {
      const gone = new Promise<never>((_, reject) => {
        onAbort = () => reject(signal!.reason as Error);
        if (signal?.aborted) onAbort();
        else signal?.addEventListener("abort", onAbort, { once: true });
      });
      return await Promise.race([running.result, gone]);
    } finally {
      signal?.removeEventListener("abort", onAbort);
      running.waiting -= 1;
      if (running.waiting === 0) running.stopper.abort(signal?.reason);
    }
  }
}
