import { isUtf8 } from "node:buffer";

/** What came of the bytes of one line. */
export type Line = { readonly text: string } | { readonly fault: "too long" | "not UTF-8" };

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines of at most `maxBytes` each. A longer line is reported once, as soon as it is too
 * long, and skipped to its end; lines of white space alone are left out.
 */
export class Lines {
  readonly #maxBytes: number;
  readonly #onLine: (line: Line) => void;
  #parts: Buffer[] = [];
  #length = 0;
  #skipping = false;

  constructor(maxBytes: number, onLine: (line: Line) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  push(data: Buffer | string): void {
    // An input that somebody has set an encoding on gives text.
    const chunk = typeof data === "string" ? Buffer.from(data) : data;
    let start = 0;
    // One look at all lines of a chunk costs less than one at each; where it finds a fault, each is looked at.
    let clean: boolean | undefined;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      clean ??= isUtf8(chunk);
      if (clean && this.#length === 0 && !this.#skipping && end - start <= this.#maxBytes) {
        this.#found(chunk.toString("utf8", start, end));
      } else {
        this.#take(chunk.subarray(start, end));
        this.#finish();
      }
      start = end + 1;
    }
    if (start < chunk.length) this.#take(start === 0 ? chunk : chunk.subarray(start));
  }

  /** The stream is over: what stands behind the last newline is a line as well. */
  end(): void {
    if (this.#length > 0) this.#finish();
  }

  #take(part: Buffer): void {
    if (this.#skipping) return;
    this.#length += part.length;
    if (this.#length <= this.#maxBytes) {
      this.#parts.push(part);
      return;
    }
    this.#parts = [];
    this.#length = 0;
    this.#skipping = true;
    this.#onLine({ fault: "too long" });
  }

  #finish(): void {
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    if (!isUtf8(bytes)) return this.#onLine({ fault: "not UTF-8" });
    this.#found(bytes.toString("utf8"));
  }

  #found(text: string): void {
    if (text.trim() !== "") this.#onLine({ text });
  }
}
