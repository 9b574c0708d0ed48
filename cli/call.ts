import { CallFailed } from "../protocol/call-failed.js";
import { isObject } from "../protocol/jsonrpc.js";
import type { Tool } from "../protocol/types/index.js";
import { readArguments } from "./arguments.js";
import { json, line, readResult, shown } from "./result.js";
import { reach, resultOptions, targetFirst, targetOptions, targetUsage } from "./target/target.js";
import { callOptions, callUsage, exitCodes, exitUsage, withServer } from "./target/with-server.js";
import { save } from "./terminal/saved.js";
import { printable } from "./terminal/text.js";
import { readCommandLine, UsageError } from "./usage.js";

export const callToolUsage = `Usage: barewire call TARGET TOOL [NAME=VALUE…] [OPTIONS]
       barewire call TOOL [NAME=VALUE…] [OPTIONS] -- COMMAND ARGS…

Calls a tool and prints what it gives, and nothing else, to standard output.
Values are read as the tool's schema means them: JSON where it takes that, else
text. A name that is given again makes a list, and a.b=1 a member of a.

${targetUsage}
  --json '{"a":1}' the arguments as JSON, sent without a check
  --json           the whole result as JSON
  --out PATH       save images and audio there: a file, or a folder
${callUsage}
Questions of the server are asked at the terminal; where there is none, the
server is told that nobody can be asked. Log messages and progress go to standard
error.

${exitUsage}`;

const options = { ...targetOptions, ...callOptions, ...resultOptions };

/** Takes `--json '{…}'` out of a command line: without an object behind it, `--json` asks for JSON. */
function readJson(args: readonly string[]): { args: string[]; given: Record<string, unknown> | undefined } {
  const split = args.indexOf("--");
  const end = split < 0 ? args.length : split;
  const at = args.findIndex((arg, index) => {
    if (index >= end) return false;
    return arg.startsWith("--json=") || (arg === "--json" && index + 1 < end && /^\s*[{[]/.test(args[index + 1]!));
  });
  if (at < 0) return { args: [...args], given: undefined };
  const inOne = args[at]!.startsWith("--json=");
  const text = inOne ? args[at]!.slice("--json=".length) : args[at + 1]!;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--json: ${(error as Error).message}`, callToolUsage);
  }
  if (!isObject(given)) throw new UsageError("--json takes an object of arguments", callToolUsage);
  return { args: args.filter((_, index) => index !== at && (inOne || index !== at + 1)), given };
}

/** `barewire call`: calls a tool. Gives the exit code. */
export async function call(args: readonly string[]): Promise<number> {
  const { args: others, given } = readJson(args);
  const { values, positionals, command } = readCommandLine(others, options, callToolUsage);
  const {
    target,
    rest: [name, ...pairs],
  } = targetFirst(positionals, command);
  if (target === undefined && command === undefined)
    throw new UsageError("a target and a tool are missing", callToolUsage);
  if (name === undefined) throw new UsageError("the name of a tool is missing", callToolUsage);
  if (given && pairs.length > 0) throw new UsageError(`--json '{…}' stands in the place of ${pairs[0]}`, callToolUsage);
  const reached = await reach({ target, command, values }, callToolUsage);
  return withServer(reached, values, callToolUsage, async (client, screen, request) => {
    // Its schema tells what the arguments are, what the result has to be and which headers go along.
    const tools: Tool[] = client.capabilities.tools ? await client.listTools(request) : [];
    const tool = tools.find((each) => each.name === name);
    // The help of this command is none for the arguments of a tool.
    const usage = `Its arguments: barewire list ${reached.name} shows them.\n`;
    const read = given ?? readArguments(pairs, tool?.inputSchema, usage);
    const result = await client.callTool(name, read, request).catch((error: unknown) => {
      if (tool || !(error instanceof CallFailed) || error.code !== "answer_error") throw error;
      const names = tools.map((each) => printable(each.name)).join(", ");
      screen.say(`barewire: "${name}" is not listed; ${names === "" ? "no tool is" : `there are ${names}`}`);
      throw error;
    });
    screen.end();
    const { text, blobs } = readResult(result);
    if (values.json) process.stdout.write(json(result));
    else if (result.isError) process.stderr.write(line(`barewire: the tool failed: ${printable(text)}`));
    else process.stdout.write(shown(text));
    if (!values.json || values.out !== undefined)
      for (const said of await save(blobs, values.out)) screen.say(printable(said));
    return result.isError ? exitCodes.toolFailed : exitCodes.done;
  });
}
