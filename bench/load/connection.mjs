// @ts-check
// A keep-alive connection that has one request out at a time. It reads as little of an answer as tells where that ends.
import { connect } from "node:net";

const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** @typedef {{ status: number; head: string; bytes: Buffer }} Answer */

export class Connection {
  /** @type {Buffer[]} */
  #chunks = [];
  #length = 0;
  /** Bytes of the whole answer, once its head is read; 0 while it is not known, -1 when a last chunk ends it. */
  #expected = 0;
  /** Bytes of the last answer that told its length. */
  #usual = 0;
  #status = 0;
  /** Told of each answer; the whole of it is read by `answer`. @type {(status: number) => void} */
  onAnswer = () => {};
  /** @type {(error: Error) => void} */
  onError = (error) => {
    throw error;
  };

  /** @param {number} port */
  constructor(port) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("data", (chunk) => this.#receive(chunk));
    this.socket.on("error", (error) => this.onError(error));
    this.socket.on("end", () => this.onError(new Error("the server has closed the connection")));
  }

  /** @param {Buffer} bytes */
  send(bytes) {
    this.socket.write(bytes);
  }

  /** One request and its whole answer. @param {Buffer} bytes @returns {Promise<Answer>} */
  ask(bytes) {
    return new Promise((resolve, reject) => {
      this.onError = reject;
      this.onAnswer = (status) => resolve({ status, head: this.#whole.head, bytes: this.#whole.bytes });
      this.send(bytes);
    });
  }

  close() {
    this.onError = () => {};
    this.socket.destroy();
  }

  #whole = { head: "", bytes: Buffer.alloc(0) };

  /** @param {Buffer} chunk */
  #receive(chunk) {
    // The same length and a good status again: nothing to read. "2" is the first digit of the status.
    if (this.#length === 0 && chunk.length === this.#usual && chunk[9] === 50) return this.#done(200, [chunk]);
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#expected === 0) this.#readHead();
    if (this.#expected > 0 ? this.#length >= this.#expected : this.#expected < 0 && this.#endsHere()) {
      if (this.#expected > 0) this.#usual = this.#expected;
      const chunks = this.#chunks;
      this.#chunks = [];
      this.#length = 0;
      this.#expected = 0;
      this.#done(this.#status, chunks);
    }
  }

  /** @param {number} status @param {Buffer[]} chunks */
  #done(status, chunks) {
    this.#whole = new Whole(chunks);
    this.onAnswer(status);
  }

  #readHead() {
    const first = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const end = first?.indexOf(HEAD_END) ?? -1;
    if (!first || end === -1) return;
    const head = first.toString("latin1", 0, end);
    this.#status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) this.#expected = end + 4 + Number(length);
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#expected = -1;
    // No body at all, as in 202 and 204.
    else this.#expected = end + 4;
  }

  #endsHere() {
    const last = this.#chunks[this.#chunks.length - 1];
    if (!last || last.length >= LAST_CHUNK.length) return last?.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
    return Buffer.concat(this.#chunks).subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  }
}

/** An answer, put together when somebody asks for it. */
class Whole {
  #chunks;
  /** @param {Buffer[]} chunks */
  constructor(chunks) {
    this.#chunks = chunks;
  }
  get #all() {
    return Buffer.concat(this.#chunks);
  }
  get head() {
    const all = this.#all;
    return all.toString("latin1", 0, all.indexOf(HEAD_END));
  }
  get bytes() {
    const all = this.#all;
    const body = all.subarray(all.indexOf(HEAD_END) + 4);
    return /\r\ntransfer-encoding: *chunked/i.test(this.head) ? unchunked(body) : body;
  }
}

/** @param {Buffer} body */
function unchunked(body) {
  const parts = [];
  for (let at = 0; ;) {
    const end = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, end), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
