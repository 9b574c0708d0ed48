import { createInterface } from "node:readline/promises";
import type { Screen } from "./screen.js";

/** Somebody who can be asked line by line. */
export interface Terminal {
  say(text: string): void;
  /** What they write, `undefined` where they end the input instead (Ctrl-D) or the question is no longer wanted. */
  line(prompt: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** The person at this process's terminal; none where standard input or standard error is something else. */
export function personAt(screen: Screen): Terminal | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return {
    say: (text) => screen.say(text),
    async line(prompt, signal) {
      // Made for each question, so that between them Ctrl-C ends the command.
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await new Promise<string | undefined>((resolve) => {
          const ended = () => {
            // What comes next begins on a line of its own.
            process.stderr.write("\n");
            resolve(undefined);
          };
          lines.once("close", ended).once("SIGINT", ended);
          const answered = (text: string | undefined) => {
            lines.off("close", ended).off("SIGINT", ended);
            resolve(text);
          };
          lines.question(prompt, signal ? { signal } : {}).then(answered, () => answered(undefined));
        });
      } finally {
        lines.close();
        process.stdin.unref();
      }
    },
  };
}
