// @ts-check
// A wrong answer is a failure of the run: a server that is fast at being wrong is not measured.
import { callEcho, request } from "./requests.mjs";

/** @param {string} who @param {unknown} message @param {string} text */
export function verifyText(who, message, text) {
  const said = /** @type {any} */ (message)?.result?.content?.[0]?.text;
  if (said !== text)
    throw new Error(`${who}: expected ${text.slice(0, 60)}, got ${JSON.stringify(message)?.slice(0, 300)}`);
}

/** @param {string} who @param {unknown} message */
export function verifyRefused(who, message) {
  const { error, result } = /** @type {any} */ (message) ?? {};
  if (error === undefined && result?.isError !== true)
    throw new Error(`${who} takes arguments that break the schema: ${JSON.stringify(message)?.slice(0, 300)}`);
}

/**
 * Asks once for each tool, and once with a wrong argument. The floor knows no schema.
 *
 * @param {import("./subjects.mjs").Subject} subject
 * @param {import("./subjects.mjs").Era} era
 * @param {(body: string) => Promise<unknown>} ask
 */
export async function verifyTools({ name, title }, era, ask) {
  verifyText(title, await ask(callEcho(era, 900_001, "says “é” back")), "says “é” back");
  if (name === "floor") return;
  const add = (/** @type {unknown} */ b) => ({ name: "add", arguments: { a: 2, b } });
  verifyText(title, await ask(request(era, 900_002, "tools/call", add(40))), "42");
  verifyRefused(title, await ask(request(era, 900_003, "tools/call", add("40"))));
}
