import { parseArgs, type ParseArgsConfig } from "node:util";

/** A command line that cannot be understood; `usage` tells how to write it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  constructor(
    message: string,
    readonly usage: string,
  ) {
    super(message);
  }
}

/** A port as it stands on a command line or in the environment. Throws a {@link UsageError} for what is none. */
export function readPort(value: string, usage: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535)
    throw new UsageError(`"${value}" is no port: a number from 0 to 65535 is`, usage);
  return port;
}

/** The address of a server over HTTP. Throws a {@link UsageError} for what is none. */
export function readUrl(value: string, usage: string): URL {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return new URL(value);
  throw new UsageError(`"${value}" is no address of a server: http://… or https://… is`, usage);
}

/** A header field, `Name: value`. Throws a {@link UsageError} for what is none. */
export function readField(text: string, usage: string): [name: string, value: string] {
  const [, name, value] = /^([^:\s]+):\s*(.+)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) {
    if (/^[\t\x20-\x7e\x80-\xff]+$/.test(value)) return [name, value];
    throw new UsageError(`--header "${text}": a value has none but the characters of Latin-1`, usage);
  }
  throw new UsageError(`--header "${text}": a header field, "Name: value", is expected`, usage);
}

/** A name and what it stands for, `name=value`. Throws a {@link UsageError}, which `what` begins, for what is none. */
export function readPair(text: string, what: string, usage: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`${what} "${text}": NAME=VALUE is expected`, usage);
}

/** The parts of a command line; `command` is what stands behind `--`, where that stands. */
export interface CommandLine<T> {
  readonly values: T;
  readonly positionals: string[];
  /** All that stands before `--`. */
  readonly own: readonly string[];
  readonly command: readonly [string, ...string[]] | undefined;
}

/** A command's own arguments: what stands behind "--" is the command line of somebody else. */
export const ownOf = (args: readonly string[]): readonly string[] =>
  args.includes("--") ? args.slice(0, args.indexOf("--")) : args;

/**
 * Takes a command line apart: up to `--` it is the command's own, and behind it is somebody else's, untouched. Throws a
 * {@link UsageError} that names an option which there is not.
 */
export function readCommandLine<const O extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: O,
  usage: string,
): CommandLine<ReturnType<typeof parseArgs<{ options: O }>>["values"]> {
  const split = args.indexOf("--");
  const [first, ...rest] = split < 0 ? [] : args.slice(split + 1);
  if (split >= 0 && first === undefined) throw new UsageError('a command is missing behind "--"', usage);
  const own = ownOf(args);
  try {
    const { values, positionals } = parseArgs({ args: [...own], options, allowPositionals: true });
    return { values, positionals, own, command: first === undefined ? undefined : [first, ...rest] };
  } catch (error) {
    // Node adds how to write a positional that looks like an option, which nothing here is.
    const [message = ""] = (error as Error).message.split(/\. To specify|\n/);
    throw new UsageError(message, usage);
  }
}

/** The one file that a command takes. Throws a {@link UsageError} for none, for more, and for a command behind `--`. */
export function oneFile(
  { positionals: [file, ...more], command }: CommandLine<unknown>,
  name: string,
  usage: string,
): string {
  if (file !== undefined && more.length === 0 && !command) return file;
  throw new UsageError(`${name} takes one file`, usage);
}
