// @ts-check
// Connections whose answer does not end: streams of subscriptions, and readers that do not read.
import { connect } from "node:net";

export class OpenStream {
  #text = "";
  /** @type {() => void} */
  #onMore = () => {};

  /** @param {number} port @param {Buffer} bytes what to ask for the stream */
  constructor(port, bytes) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => this.socket.write(bytes));
    this.socket.setEncoding("latin1").on("data", (text) => {
      this.#text += text;
      this.#onMore();
    });
  }

  /** Waits until the text has come, and lets go of what stands before its end. @param {string} text */
  until(text) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.#text.indexOf(text);
        if (at === -1) return;
        this.#text = this.#text.slice(at + text.length);
        this.#onMore = () => {};
        resolve(performance.now());
      };
      this.socket.once("close", () => reject(new Error(`the stream has ended: ${this.#text.slice(-300)}`)));
      this.#onMore = look;
      look();
    });
  }

  close() {
    this.socket.removeAllListeners("close");
    this.socket.destroy();
  }
}
