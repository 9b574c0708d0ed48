// @ts-check
// Connections whose answer does not end: streams of subscriptions, and readers that do not read.
import { connect } from "node:net";
import { post, request } from "../requests.mjs";

export class OpenStream {
  #text = "";
  /** @type {() => void} */
  #onMore = () => {};
  #onClose = () => {};

  /** @param {number} port @param {Buffer} bytes what to ask for the stream */
  constructor(port, bytes) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => this.socket.write(bytes));
    this.socket.setEncoding("latin1").on("data", (text) => {
      this.#text += text;
      this.#onMore();
    });
    this.socket.on("close", () => this.#onClose());
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
      this.#onClose = () => reject(new Error(`the stream has ended: ${this.#text.slice(-300)}`));
      this.#onMore = look;
      look();
    });
  }

  close() {
    this.#onClose = () => {};
    this.socket.destroy();
  }
}

/** Opens streams of changes to the tools, each acknowledged. @param {number} port @param {number} count @param {number} from the first id */
export async function openStreams(port, count, from) {
  const streams = [];
  for (let at = 0; at < count; at++) {
    const listen = request("modern", from + at, "subscriptions/listen", { notifications: { toolsListChanged: true } });
    const stream = new OpenStream(port, post(port, listen, { era: "modern" }).bytes);
    await stream.until("notifications/subscriptions/acknowledged");
    streams.push(stream);
  }
  return streams;
}
