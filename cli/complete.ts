import { readStrings } from "./arguments.js";
import { json, line, shown } from "./result.js";
import { reach, targetFirst, targetOptions, targetUsage } from "./target/target.js";
import { callOptions, callUsage, exitCodes, exitUsage, withServer } from "./target/with-server.js";
import { readCommandLine, readPair, UsageError } from "./usage.js";

export const completeUsage = `Usage: barewire complete TARGET OF NAME=BEGINNING [NAME=VALUE…] [OPTIONS]
       barewire complete OF NAME=BEGINNING [NAME=VALUE…] [OPTIONS] -- COMMAND…

Asks how an argument could go on, and prints each value on a line. OF is the name
of a prompt or, with "://" or "{" in it, a template of resources. Further
arguments are those that are known already.

${targetUsage}
  --json           the answer as JSON
${callUsage}
${exitUsage}`;

const options = { ...targetOptions, ...callOptions, json: { type: "boolean", default: false } } as const;

/** `barewire complete`: completes an argument. Gives the exit code. */
export async function complete(args: readonly string[]): Promise<number> {
  const { values, positionals, command } = readCommandLine(args, options, completeUsage);
  const {
    target,
    rest: [of, argument, ...pairs],
  } = targetFirst(positionals, command);
  if (of === undefined || argument === undefined)
    throw new UsageError("complete takes a target, a prompt or template, and NAME=BEGINNING", completeUsage);
  const [name, value] = readPair(argument, "the argument", completeUsage);
  const known = readStrings(pairs, completeUsage);
  const ref = /:\/\/|\{/.test(of)
    ? ({ type: "ref/resource", uri: of } as const)
    : ({ type: "ref/prompt", name: of } as const);
  const reached = await reach({ target, command, values }, completeUsage);
  return withServer(reached, values, completeUsage, async (client, screen, request) => {
    const context = pairs.length === 0 ? {} : { context: { arguments: known } };
    const completion = await client.complete({ ref, argument: { name, value }, ...context }, request);
    screen.end();
    process.stdout.write(values.json ? json(completion) : shown(completion.values.map(line).join("")));
    if (completion.hasMore && !values.json)
      screen.say(`There are more${completion.total === undefined ? "" : `: ${completion.total} in all`}.`);
    return exitCodes.done;
  });
}
