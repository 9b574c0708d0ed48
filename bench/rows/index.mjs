// @ts-check
// All rows, in the order of the table.
import { callRows } from "./calls.mjs";
import { packageRows } from "./packages.mjs";
import { sessionRows } from "./sessions.mjs";
import { startRows } from "./start.mjs";
import { stdioRows } from "./stdio.mjs";
import { streamRows } from "./streams.mjs";

export const rows = [...callRows, ...stdioRows, ...startRows, ...sessionRows, ...streamRows, ...packageRows];

/** Those whose name is, or begins with, one of the words. @param {readonly string[]} words */
export function chooseRows(words) {
  for (const word of words)
    if (!rows.some(({ name }) => name.startsWith(word)))
      throw new Error(`no row begins with ${word}; --list shows them`);
  return words.length === 0 ? rows : rows.filter(({ name }) => words.some((word) => name.startsWith(word)));
}
