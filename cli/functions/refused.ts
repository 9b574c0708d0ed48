/** Something in a module that cannot be built, and where it stands. */
export interface Problem {
  /** As it was given on the command line, or relative to the working directory. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, and what to write in its place. */
  readonly message: string;
}

/** A module that cannot be built. Its message has a line for each problem, as compilers write them. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"));
  }
}
