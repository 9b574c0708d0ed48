// @ts-check
// Calls through the stdio transport without a pipe: chunks are handed to its input, lines counted at its output.
import { Readable, Writable } from "node:stream";
import { callEcho, echoed, initialize, initialized } from "../requests.mjs";

const IDS = 1024;

/**
 * @param {any} build the modules of a build
 * @param {any} server
 * @param {import("../subjects.mjs").Era} era
 * @param {number} inFlight lines of a chunk
 * @returns {Promise<(calls: number) => Promise<void>>}
 */
export async function stdioCase({ stdio }, server, era, inFlight) {
  let answered = 0;
  let text = "";
  let keeps = true;
  /** @type {(() => void) | undefined} */
  let onEnough;
  let enough = 0;
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (keeps) text += chunk;
      for (let at = chunk.indexOf("\n"); at !== -1; at = chunk.indexOf("\n", at + 1)) answered++;
      done();
      if (answered >= enough) onEnough?.();
    },
  });
  const input = new Readable({ read() {} });
  void stdio.serveStdio(server, { input, output, exit: false, guard: false });
  const send = (/** @type {Buffer} */ chunk, /** @type {number} */ answers) =>
    new Promise((resolve) => {
      answered = 0;
      enough = answers;
      onEnough = () => resolve(undefined);
      input.push(chunk);
    });
  if (era === "legacy") {
    await send(Buffer.from(`${initialize()}\n`), 1);
    input.push(`${initialized}\n`);
  }
  await send(Buffer.from(`${callEcho(era, 7)}\n`), 1);
  if (!text.includes(echoed)) throw new Error(`${era} over stdio: ${text}`);
  keeps = false;
  const chunks = Array.from({ length: IDS / inFlight }, (_, at) =>
    Buffer.from(
      Array.from({ length: inFlight }, (_, line) => `${callEcho(era, 1000 + at * inFlight + line)}\n`).join(""),
    ),
  );
  let next = 0;
  return async (calls) => {
    for (let done = 0; done < calls; done += inFlight)
      await send(/** @type {Buffer} */ (chunks[next++ % chunks.length]), inFlight);
  };
}
