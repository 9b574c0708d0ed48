import { own } from "../protocol/jsonrpc.js";
import { json, line, shown } from "./result.js";
import { reach, resultOptions, targetFirst, targetOptions, targetUsage } from "./target/target.js";
import { callOptions, callUsage, exitCodes, exitUsage, withServer } from "./target/with-server.js";
import { save, type Blob } from "./terminal/saved.js";
import { printable } from "./terminal/text.js";
import { readCommandLine, UsageError } from "./usage.js";

export const readUsage = `Usage: barewire read TARGET URI [OPTIONS]
       barewire read URI [OPTIONS] -- COMMAND ARGS…

Reads a resource and prints it. Bytes go to standard output where that is no
terminal, or to where --out says.

${targetUsage}
  --json           the whole result as JSON
  --out PATH       save bytes there: a file, or a folder
${callUsage}
${exitUsage}`;

const options = { ...targetOptions, ...callOptions, ...resultOptions };

/** `barewire read`: reads a resource. Gives the exit code. */
export async function read(args: readonly string[]): Promise<number> {
  const { values, positionals, command } = readCommandLine(args, options, readUsage);
  const {
    target,
    rest: [uri, ...more],
  } = targetFirst(positionals, command);
  if (uri === undefined || more.length > 0) throw new UsageError("read takes a target and one URI", readUsage);
  const reached = await reach({ target, command, values }, readUsage);
  return withServer(reached, values, readUsage, async (client, screen, request) => {
    const result = await client.readResource(uri, request);
    screen.end();
    if (values.json) process.stdout.write(json(result));
    const blobs: Blob[] = [];
    for (const contents of result.contents) {
      const [text, data] = [own(contents, "text"), own(contents, "blob")];
      if (typeof data === "string") blobs.push({ data, mimeType: contents.mimeType });
      // A file is copied as it is; a terminal's next prompt begins on a line of its own.
      else if (!values.json && typeof text === "string")
        process.stdout.write(process.stdout.isTTY ? line(shown(text)) : text);
    }
    if (!values.json && values.out === undefined && !process.stdout.isTTY)
      for (const { data } of blobs) process.stdout.write(Buffer.from(data, "base64"));
    else if (!values.json || values.out !== undefined)
      for (const said of await save(blobs, values.out)) screen.say(printable(said));
    return exitCodes.done;
  });
}
