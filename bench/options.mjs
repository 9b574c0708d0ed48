// @ts-check
// What `npm run bench` takes on its command line.
import { parseArgs } from "node:util";

export const usage = `npm run bench -- [ROW…] [options]
  ROW…              rows by name or by the beginning of it (--list shows them); default: all
  --quick           floor and barewire in small rounds, under a minute: is every answer right?
  --peers A,B       beside the floor and barewire these alone; "none" for no peer; default: all that are installed
  --rounds N        interleaved rounds of each row (default 7)
  --seconds S       load on each subject in each round (default 1)
  --generator NAME  wrk or own (default: wrk where it is installed)
  --dist FOLDER     the build of barewire that is measured (default dist, or BAREWIRE_DIST)
  --variant FOLDER  another build of barewire, measured beside it
  --json FILE       writes everything measured
  --markdown        prints the table of the README as well
  --soak MINUTES    mixed load on barewire instead, the heap printed each minute
  --list            prints the names of the rows`;

/** @param {readonly string[]} args */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      peers: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      generator: { type: "string" },
      dist: { type: "string", default: process.env.BAREWIRE_DIST ?? "dist" },
      variant: { type: "string" },
      json: { type: "string" },
      markdown: { type: "boolean", default: false },
      soak: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, generator } = values;
  if (generator !== undefined && generator !== "wrk" && generator !== "own")
    throw new Error(`--generator: wrk or own, not ${generator}`);
  return {
    ...values,
    rows: positionals,
    peers: values.peers?.split(",").filter((name) => name !== "none" && name !== ""),
    rounds: positive(values.rounds, quick ? 1 : 7, "--rounds"),
    seconds: positive(values.seconds, quick ? 0.15 : 1, "--seconds"),
    warmUpSeconds: quick ? 0.1 : 1.5,
    soak: values.soak === undefined ? undefined : positive(values.soak, 0, "--soak"),
    // wrk knows whole seconds alone.
    generator: quick ? "own" : generator,
  };
}

/** @typedef {ReturnType<typeof readOptions>} Options */

/** @param {string | undefined} text @param {number} byDefault @param {string} name */
function positive(text, byDefault, name) {
  const number = text === undefined ? byDefault : Number(text);
  if (!(number > 0) && text !== undefined) throw new Error(`${name}: expected a number above 0, not ${text}`);
  return number;
}
