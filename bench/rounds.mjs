// @ts-check
// Interleaved rounds: in each, every subject is measured once, in an order that turns, and held against the floor of
// that same round.
import { summary } from "./statistics.mjs";

/** What one subject showed in one round. @typedef {Record<string, number>} Sample */

/**
 * @template T
 * @param {readonly T[]} subjects
 * @param {number} rounds
 * @param {(subject: T, round: number) => Promise<Sample>} measure
 * @returns {Promise<Map<T, Sample[]>>}
 */
export async function interleave(subjects, rounds, measure) {
  /** @type {Map<T, Sample[]>} */
  const samples = new Map(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < subjects.length; at++) {
      const subject = /** @type {T} */ (subjects[(at + round) % subjects.length]);
      samples.get(subject)?.push(await measure(subject, round));
    }
  }
  return samples;
}

/**
 * Each figure of each subject, and the ratio to the floor of the same round.
 *
 * @param {Map<{ readonly name: string }, Sample[]>} samples
 * @param {{ by?: string; faster?: "floor over subject" | "subject over floor" }} [ratio] which figure it is of
 * @returns {Record<string, Record<string, import("./statistics.mjs").Summary>>}
 */
export function summarise(samples, { by, faster = "floor over subject" } = {}) {
  const floor = [...samples].find(([{ name }]) => name === "floor")?.[1];
  /** @type {Record<string, Record<string, import("./statistics.mjs").Summary>>} */
  const result = {};
  for (const [{ name }, own] of samples) {
    const figures = Object.keys(own[0] ?? {});
    const row = Object.fromEntries(figures.map((each) => [each, summary(own.map((sample) => sample[each] ?? 0))]));
    if (by !== undefined && floor) {
      const ratios = own.map((sample, round) => {
        const quotient = (floor[round]?.[by] ?? Number.NaN) / (sample[by] ?? Number.NaN);
        return faster === "floor over subject" ? quotient : 1 / quotient;
      });
      row.ratio = summary(ratios);
    }
    result[name] = row;
  }
  return result;
}
