import { readStrings } from "./arguments.js";
import { json, readPrompt, shown } from "./result.js";
import { reach, resultOptions, targetFirst, targetOptions, targetUsage } from "./target/target.js";
import { callOptions, callUsage, exitCodes, exitUsage, withServer } from "./target/with-server.js";
import { save } from "./terminal/saved.js";
import { printable } from "./terminal/text.js";
import { readCommandLine, UsageError } from "./usage.js";

export const promptUsage = `Usage: barewire prompt TARGET PROMPT [NAME=VALUE…] [OPTIONS]
       barewire prompt PROMPT [NAME=VALUE…] [OPTIONS] -- COMMAND ARGS…

Gets a prompt, filled in with arguments, and prints its messages.

${targetUsage}
  --json           the whole result as JSON
  --out PATH       save images and audio there: a file, or a folder
${callUsage}
${exitUsage}`;

const options = { ...targetOptions, ...callOptions, ...resultOptions };

/** `barewire prompt`: gets a prompt. Gives the exit code. */
export async function prompt(args: readonly string[]): Promise<number> {
  const { values, positionals, command } = readCommandLine(args, options, promptUsage);
  const {
    target,
    rest: [name, ...pairs],
  } = targetFirst(positionals, command);
  if (name === undefined) throw new UsageError("prompt takes a target and the name of a prompt", promptUsage);
  const given = readStrings(pairs, promptUsage);
  const reached = await reach({ target, command, values }, promptUsage);
  return withServer(reached, values, promptUsage, async (client, screen, request) => {
    const result = await client.getPrompt(name, given, request);
    screen.end();
    const { text, blobs } = readPrompt(result);
    process.stdout.write(values.json ? json(result) : shown(text));
    if (!values.json || values.out !== undefined)
      for (const said of await save(blobs, values.out)) screen.say(printable(said));
    return exitCodes.done;
  });
}
