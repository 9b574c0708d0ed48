// @ts-check
// Calls through a `node:http` listener without a socket: Node's own request and response objects over one that takes
// whatever is written.
import { IncomingMessage, ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import { callEcho, echoed, initialize, initialized, post } from "../requests.mjs";

const AT_ONCE = 32;

/** What stands for the socket. */
class Sink extends Duplex {
  localAddress = "127.0.0.1";
  remoteAddress = "127.0.0.1";
  /** @type {string[]} */
  written = [];
  keeps = false;

  /** @override */
  _read() {}

  /** @override @param {any} chunk @param {string} _encoding @param {() => void} done */
  _write(chunk, _encoding, done) {
    if (this.keeps) this.written.push(chunk.toString());
    done();
  }

  /** @override @param {{ chunk: any }[]} chunks @param {() => void} done */
  _writev(chunks, done) {
    if (this.keeps) for (const { chunk } of chunks) this.written.push(chunk.toString());
    done();
  }

  setTimeout() {
    return this;
  }
}

/**
 * @param {(request: any, response: ServerResponse) => void} listener
 * @param {import("../requests.mjs").Post} what
 * @param {Buffer | null} body
 * @param {Sink} sink
 * @returns {Promise<ServerResponse>}
 */
function call(listener, { method, path, headers }, body, sink) {
  return new Promise((resolve) => {
    const request = new IncomingMessage(/** @type {any} */ (sink));
    request.method = method;
    request.url = path;
    request.httpVersionMajor = request.httpVersionMinor = 1;
    request.httpVersion = "1.1";
    const all = { Host: "127.0.0.1:3000", ...headers };
    request.rawHeaders = Object.entries(all).flat();
    for (const [name, value] of Object.entries(all)) request.headers[name.toLowerCase()] = value;
    const response = new ServerResponse(request);
    response.assignSocket(/** @type {any} */ (sink));
    response.on("finish", () => {
      response.detachSocket(/** @type {any} */ (sink));
      resolve(response);
    });
    listener(request, response);
    // As the parser does it: the body comes after the listener has run.
    request.push(body);
    request.complete = true;
    request.push(null);
  });
}

/** One whole answer, as text. @param {any} listener @param {import("../requests.mjs").Post} what */
async function ask(listener, what) {
  const sink = new Sink();
  sink.keeps = true;
  const response = await call(listener, what, what.body === "" ? null : Buffer.from(what.body), sink);
  return { status: response.statusCode, text: sink.written.join("") };
}

/**
 * @param {any} build the modules of a build
 * @param {any} server
 * @param {import("../subjects.mjs").Era} era
 * @returns {Promise<(calls: number) => Promise<void>>}
 */
export async function httpCase({ node }, server, era) {
  const listener = node.createListener(server);
  /** @type {string | undefined} */
  let session;
  if (era === "legacy") {
    const opened = await ask(listener, post(3000, initialize(), { era }));
    session = /mcp-session-id: *([^\r\n]+)/i.exec(opened.text)?.[1];
    await ask(listener, post(3000, initialized, { era, session }));
  }
  const of = (/** @type {number} */ id) => post(3000, callEcho(era, id), { era, session });
  const { status, text } = await ask(listener, of(1));
  if (status !== 200 || !text.includes(echoed)) throw new Error(`${era} over HTTP: ${status} ${text}`);
  const posts = Array.from({ length: 256 }, (_, at) => of(1000 + at));
  const bodies = posts.map(({ body }) => Buffer.from(body));
  const sinks = Array.from({ length: AT_ONCE }, () => new Sink());
  let next = 0;
  return async (calls) => {
    for (let done = 0; done < calls; done += AT_ONCE) {
      const open = [];
      for (const sink of sinks) {
        const at = next++ % posts.length;
        open.push(call(listener, /** @type {any} */ (posts[at]), bodies[at], sink));
      }
      for (const response of await Promise.all(open)) if (response.statusCode !== 200) throw new Error("a call failed");
    }
  };
}
