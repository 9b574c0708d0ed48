// @ts-check
// What a row of the table is.

/** @typedef {import("../subjects.mjs").Subject} Subject */
/** @typedef {import("../subjects.mjs").Era} Era */
/** @typedef {import("../statistics.mjs").Summary} Summary */
/** @typedef {Record<string, Record<string, Summary>>} Figures by subject, by figure */

/**
 * What a row may know of the run.
 *
 * @typedef {object} Run
 * @property {import("../options.mjs").Options} options
 * @property {readonly Subject[]} subjects
 * @property {number | undefined} serverCore
 * @property {"wrk" | "own"} generator
 */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} group
 * @property {string} title
 * @property {readonly Column[]} columns
 * @property {string} main the figure that the table of the README shows
 * @property {(run: Run) => Promise<Figures>} run
 */

/** @typedef {{ figure: string; title: string; digits: number }} Column */

export const ratio = /** @type {Column} */ ({ figure: "ratio", title: "ratio", digits: 2 });
export const cpu = /** @type {Column} */ ({ figure: "cpu", title: "µs CPU a call", digits: 1 });
export const perSecond = /** @type {Column} */ ({ figure: "perSecond", title: "calls/s", digits: 0 });

/** @param {number} value */
export const single = (value) => ({ median: value, low: value, high: value, samples: 1 });

/** The newest era that a subject speaks. @param {Subject} subject */
export const newest = (subject) => /** @type {Era} */ (subject.eras.at(-1));
