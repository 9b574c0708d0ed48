// @ts-check
// The load of HTTP: our own generator, and the choice between it and wrk.
import { Connection } from "./connection.mjs";
import { hasWrk, runWrk } from "./wrk.mjs";

/** @typedef {{ calls: number; seconds: number; failed: number }} Load */

/**
 * Keeps a request out on each connection until the time is over; the posts take turns.
 *
 * @param {number} port
 * @param {readonly import("../requests.mjs").Post[]} posts
 * @param {{ connections: number; seconds: number }} how
 * @returns {Promise<Load>}
 */
async function runOwn(port, posts, { connections, seconds }) {
  let [calls, failed, at, open] = [0, 0, 0, connections];
  const started = performance.now();
  const until = started + seconds * 1000;
  await new Promise((resolve, reject) => {
    for (let i = 0; i < connections; i++) {
      const connection = new Connection(port);
      const next = () => connection.send(/** @type {Buffer} */ (posts[at++ % posts.length]?.bytes));
      connection.onError = reject;
      connection.onAnswer = (status) => {
        calls++;
        if (status !== 200) failed++;
        if (performance.now() < until) return next();
        connection.close();
        if (--open === 0) resolve(undefined);
      };
      next();
    }
  });
  return { calls, failed, seconds: (performance.now() - started) / 1000 };
}

/**
 * @param {"wrk" | "own" | undefined} wanted
 * @returns {"wrk" | "own"}
 */
export const generatorFor = (wanted) => wanted ?? (hasWrk() ? "wrk" : "own");

/**
 * @param {"wrk" | "own"} generator
 * @param {number} port
 * @param {readonly import("../requests.mjs").Post[]} posts
 * @param {{ connections: number; seconds: number }} how
 */
export const runHttp = (generator, port, posts, how) =>
  generator === "wrk" ? runWrk(port, posts, how) : runOwn(port, posts, how);
