// @ts-check
// The load of stdio: so many requests in flight, each answer followed by the next request. All bytes are made before.

const IDS = 4096;
const FIRST_ID = 100_000;
const NEWLINE = 10;

/** Requests one after the other in one buffer, so that any number of them is one write. */
export class Lines {
  /** Where each begins. @type {number[]} */
  #starts = [0];
  #bytes;
  #at = 0;

  /** @param {(id: number) => string} make */
  constructor(make) {
    const lines = Array.from({ length: IDS }, (_, at) => Buffer.from(`${make(FIRST_ID + at)}\n`));
    for (const line of lines) this.#starts.push((this.#starts.at(-1) ?? 0) + line.length);
    this.#bytes = Buffer.concat(lines);
  }

  /** The next so many, in at most two pieces. @param {number} count @param {(bytes: Buffer) => void} write */
  next(count, write) {
    const end = Math.min(this.#at + count, IDS);
    write(this.#bytes.subarray(this.#starts[this.#at], this.#starts[end]));
    const rest = count - (end - this.#at);
    this.#at = end % IDS;
    if (rest > 0) this.next(rest, write);
  }
}

/**
 * The pipe of a server. What it answers is counted by lines, and by length: all answers of a row are equally long.
 */
export class StdioLoad {
  #child;
  /** @type {(chunk: Buffer) => void} */
  #onChunk = () => {};

  /** @param {import("node:child_process").ChildProcess} child */
  constructor(child) {
    this.#child = child;
    child.stdout?.on("data", (chunk) => this.#onChunk(chunk));
  }

  /** One message, and the answer to it. @param {string} message @returns {Promise<any>} */
  ask(message) {
    return new Promise((resolve) => {
      let text = "";
      this.#onChunk = (chunk) => {
        text += chunk;
        for (const line of text.split("\n").slice(0, -1)) {
          const said = JSON.parse(line);
          // Notifications may come before it.
          if ("id" in said && !("method" in said)) return resolve(said);
        }
      };
      this.#child.stdin?.write(`${message}\n`);
    });
  }

  /** @param {string} message */
  tell(message) {
    this.#child.stdin?.write(`${message}\n`);
  }

  /**
   * @param {Lines} lines
   * @param {{ inFlight: number; seconds: number; length: number }} how `length`: bytes of each answer, with its newline
   * @returns {Promise<import("./http.mjs").Load>}
   */
  run(lines, { inFlight, seconds, length }) {
    const started = performance.now();
    const until = started + seconds * 1000;
    let [calls, bytes, open] = [0, 0, inFlight];
    const write = (/** @type {Buffer} */ piece) => void this.#child.stdin?.write(piece);
    return new Promise((resolve) => {
      this.#onChunk = (chunk) => {
        bytes += chunk.length;
        let ended = 0;
        for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) ended++;
        calls += ended;
        open -= ended;
        if (performance.now() < until) {
          if (ended > 0) lines.next(ended, write);
          open += ended;
        } else if (open === 0) {
          const failed = bytes === calls * length ? 0 : 1;
          resolve({ calls, failed, seconds: (performance.now() - started) / 1000 });
        }
      };
      lines.next(inFlight, write);
    });
  }
}
