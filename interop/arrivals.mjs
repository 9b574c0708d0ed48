// @ts-check

/** What arrives, in order, and a way to wait for it. */
export class Arrivals {
  #items = [];
  #waiting = new Set();

  push(item) {
    this.#items.push(item);
    for (const look of [...this.#waiting]) look(item);
  }

  get all() {
    return [...this.#items];
  }

  /** The first item that `wanted` accepts, now or later. */
  until(wanted) {
    const found = this.#items.find(wanted);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const look = (item) => {
        if (!wanted(item)) return;
        this.#waiting.delete(look);
        resolve(item);
      };
      this.#waiting.add(look);
    });
  }
}

/** Rejects with `what` when `promise` takes longer than `ms`. */
export function within(ms, promise, what) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
