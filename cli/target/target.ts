import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { HttpAuthorization } from "../../protocol/http-authorization.js";
import type { Transport } from "../../protocol/transport.js";
import { httpTransport } from "../../transports/http-client/http-transport.js";
import { spawnServer } from "../../transports/spawn.js";
import { findConfigured } from "../hosts/configured.js";
import type { Entry } from "../hosts/hosts.js";
import { readField, readPair, readUrl, UsageError } from "../usage.js";
import { readVersion } from "../version.js";

/** Options that say which server is meant, for every command that speaks to one. */
export const targetOptions = {
  header: { type: "string", multiple: true },
  env: { type: "string", multiple: true },
  config: { type: "string" },
} as const;

/** Options of commands that print what a server answered, or save what is no text. */
export const resultOptions = { json: { type: "boolean", default: false }, out: { type: "string" } } as const;

/** The part of `targetOptions` in a command's help. */
export const targetUsage = `TARGET is a file (a module that exports a server, or functions), the URL of a
server, or a name from the configuration of a host (.mcp.json, mcp.json,
.cursor, .vscode, Claude, Windsurf, Zed …). A command comes last instead, behind
"--".

  --header "N: v"  a header field of each request; may be repeated
  --env NAME=VALUE a variable of the server's environment; may be repeated
  --config FILE    look the name up in this file alone
`;

interface Named {
  readonly target: string | undefined;
  readonly command: readonly [string, ...string[]] | undefined;
  readonly values: { readonly header?: string[]; readonly env?: string[]; readonly config?: string };
}

/** How to reach a server, and a short name for it. */
export interface Reached {
  readonly name: string;
  readonly entry: Entry;
  readonly cwd?: string | undefined;
}

const isUrl = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
const looksLikeFile = (target: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(target) || existsSync(target);

/** What lets a command in at a server over HTTP: headers that the user gives, or a token that is got. */
export interface LetIn {
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorization?: HttpAuthorization;
}

/** This program, as another process starts it again. */
export const ownCommand = (): [command: string, script: string] => [process.execPath, realpathSync(process.argv[1]!)];

/** What stands first is the target, unless a command comes last. */
export function targetFirst(positionals: readonly string[], command: Named["command"]) {
  const [target, ...rest] = positionals;
  return command || target === undefined ? { target: undefined, rest: positionals } : { target, rest };
}

/** A program that has been fetched for one use is fetched again by whoever starts it later. */
async function runCommand(file: string): Promise<Entry> {
  const [node, script] = ownCommand();
  const run = ["run", resolve(file)];
  if (!/[/\\]_npx[/\\]/.test(script)) return { command: node, args: [script, ...run], env: {} };
  return { command: "npx", args: ["-y", `barewire@${await readVersion()}`, ...run], env: {} };
}

/** Finds out what a target is. Throws a {@link UsageError} for one that cannot be meant. */
export async function reach({ target, command, values }: Named, usage: string): Promise<Reached> {
  const refuse = (why: string) => new UsageError(why, usage);
  const headers = Object.fromEntries((values.header ?? []).map((text) => readField(text, usage)));
  const env = Object.fromEntries((values.env ?? []).map((text) => readPair(text, "--env", usage)));
  const served = (entry: Entry): Entry => {
    if ("url" in entry) {
      if (values.env) throw refuse("--env goes with a server that is started, not with a URL");
      return { url: entry.url, headers: { ...entry.headers, ...headers } };
    }
    if (values.header) throw refuse("--header goes with a URL");
    return { ...entry, env: { ...entry.env, ...env } };
  };
  const named =
    command === undefined &&
    target !== undefined &&
    !isUrl(target) &&
    (values.config !== undefined || !looksLikeFile(target));
  if (values.config !== undefined && !named) throw refuse("--config goes with the name of a server");
  if (command !== undefined) {
    const [first, ...args] = command;
    return { name: first, entry: served({ command: first, args, env: {} }) };
  }
  if (target === undefined) throw refuse("a target is missing: a file, a URL, a name, or -- COMMAND");
  if (isUrl(target)) return { name: target, entry: served({ url: readUrl(target, usage).href, headers: {} }) };
  if (named) {
    const { entry, cwd } = await findConfigured(target, values.config).catch((error: Error) => {
      throw refuse(error.message);
    });
    return { name: target, entry: served(entry), cwd };
  }
  if (!existsSync(target)) throw refuse(`there is no file ${target}`);
  return { name: target, entry: served(await runCommand(target)) };
}

/** The transport to a server; what a process of it writes to standard error goes to `said`. */
export function transportTo({ entry, cwd }: Reached, said: (text: string) => void, letIn: LetIn = {}): Transport {
  if ("url" in entry) {
    const { headers, authorization } = letIn;
    return httpTransport(entry.url, {
      headers: { ...entry.headers, ...headers },
      ...(authorization ? { authorization } : {}),
    });
  }
  return spawnServer(entry.command, entry.args, {
    env: { ...process.env, ...entry.env },
    stderr: said,
    ...(cwd === undefined ? {} : { cwd }),
  });
}
