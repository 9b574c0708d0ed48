import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { printable } from "../terminal/text.js";
import { reach, targetOptions } from "../target/target.js";
import { readCommandLine, UsageError } from "../usage.js";
import { changedLines } from "./changed-lines.js";
import { parseHostFile, serversIn, withEntry } from "./host-file.js";
import { here, hosts, type Entry, type Host } from "./hosts.js";
import { replaceFile, textOf } from "./write-file.js";

const hostsUsage = `Hosts: ${Object.keys(hosts).slice(0, 5).join(", ")},
${Object.keys(hosts).slice(5).join(", ")}. mcp.json is that file in the working folder, for any other host.
`;

export const installUsage = `Usage: barewire install HOST TARGET [OPTIONS]
       barewire install HOST [OPTIONS] -- COMMAND ARGS…

Adds a server to the configuration of a host. TARGET is a file, which the host
will serve by "barewire run", or a URL. Paths are written as absolute ones. All
else in the file stays as it is, comments too, and what was there is kept beside
it as FILE.bak. A file that cannot be read is left alone.

${hostsUsage}
  --name NAME      what the host calls the server (default: from the target)
  --env NAME=VALUE a variable of the server's environment; may be repeated
  --header "N: v"  a header field, with a URL; may be repeated
  --project        the file of the project in the working folder
  --file FILE      another file than the host's own
  --force          replace an entry of that name which says something else
  --dry-run        print the change, and write nothing

Exit codes: 0 done, 1 the file could not be changed, 2 the command line cannot be
understood.
`;

export const uninstallUsage = `Usage: barewire uninstall HOST NAME [OPTIONS]

Takes a server out of the configuration of a host. All else in the file stays as
it is, and what was there is kept beside it as FILE.bak.

${hostsUsage}
  --project        the file of the project in the working folder
  --file FILE      another file than the host's own
  --dry-run        print the change, and write nothing

Exit codes: 0 done, 1 there is no such server or the file could not be changed, 2
the command line cannot be understood.
`;

const places = {
  project: { type: "boolean", default: false },
  file: { type: "string" },
  "dry-run": { type: "boolean", default: false },
} as const;

interface Place {
  readonly project?: boolean | undefined;
  readonly file?: string | undefined;
}

function placeOf(word: string | undefined, { project, file }: Place, usage: string): { host: Host; path: string } {
  if (word === undefined) throw new UsageError("the name of a host is missing", usage);
  const host = Object.hasOwn(hosts, word) ? hosts[word]! : undefined;
  if (!host) throw new UsageError(`there is no host "${word}"; there are ${Object.keys(hosts).join(", ")}`, usage);
  if (file !== undefined && project) throw new UsageError("--file and --project name two places", usage);
  if (file !== undefined) return { host, path: resolve(file) };
  const find = project ? host.project : (host.user ?? host.project);
  if (!find) throw new UsageError(`${host.title} has no file of a project`, usage);
  return { host, path: find(here()) };
}

/** A name that any host takes, from what is served. */
function nameOf(name: string): string {
  const host = URL.canParse(name) ? new URL(name).hostname : "";
  const word = host === "" ? basename(name).replace(/\.[^.]+$/, "") : host;
  return word.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || "server";
}

/** A file of this folder is not found by a host that starts elsewhere; what the PATH finds stays a name. */
function absolute(entry: Entry): Entry {
  if ("url" in entry) return entry;
  const isFile = (word: string) =>
    /[/\\]|\.\w+$/.test(word) && (statSync(word, { throwIfNoEntry: false })?.isFile() ?? false);
  const path = (word: string) => (isFile(word) ? resolve(word) : word);
  return { ...entry, command: path(entry.command), args: entry.args.map(path) };
}

async function change(path: string, before: string, after: string, dryRun: boolean, what: string): Promise<number> {
  if (before === after) {
    process.stdout.write(`${path} stays as it is: ${what}\n`);
    return 0;
  }
  if (dryRun) {
    process.stdout.write(`${path}\n${printable(changedLines(before, after).join("\n"))}\n`);
    return 0;
  }
  const backup = await replaceFile(path, after);
  process.stdout.write(`${path}: ${what}\n${backup === undefined ? "" : `what was there: ${backup}\n`}`);
  return 0;
}

/** `barewire install`: adds a server to a host's configuration. Gives the exit code. */
export async function install(args: readonly string[]): Promise<number> {
  const options = {
    ...places,
    name: { type: "string" },
    header: targetOptions.header,
    env: targetOptions.env,
  } as const;
  const { values, positionals, command } = readCommandLine(
    args,
    { ...options, force: { type: "boolean", default: false } },
    installUsage,
  );
  const [word, target, ...more] = positionals;
  const { host, path } = placeOf(word, values, installUsage);
  if (more.length > 0 || (target !== undefined && command))
    throw new UsageError("install takes one target: a file, a URL, or -- COMMAND", installUsage);
  if (target !== undefined && !/^[a-z]+:\/\//i.test(target) && !existsSync(target))
    throw new UsageError(`there is no file ${target}`, installUsage);
  const { name: from, entry } = await reach({ target, command, values }, installUsage);
  const name = values.name ?? nameOf(from);
  if (name === "" || name === "__proto__") throw new UsageError(`--name "${name}" is no name`, installUsage);
  const shaped = host.shape(absolute(entry));
  const before = await textOf(path);
  const servers = serversIn(parseHostFile(before, path), host.member, path);
  const there = Object.hasOwn(servers, name) ? JSON.stringify(servers[name]) : undefined;
  if (there === JSON.stringify(shaped)) return change(path, before, before, false, `"${name}" is there already`);
  if (there !== undefined && !values.force && !values["dry-run"])
    throw new Error(`${path} has another server "${name}": --force replaces it, --name gives this one another name`);
  const after = withEntry(before, path, [host.member, name], shaped);
  const restart = `"${name}" is added; start ${host.title} anew where it does not read the file by itself`;
  return change(path, before, after, values["dry-run"] ?? false, restart);
}

/** `barewire uninstall`: takes a server out of a host's configuration. Gives the exit code. */
export async function uninstall(args: readonly string[]): Promise<number> {
  const { values, positionals, command } = readCommandLine(args, places, uninstallUsage);
  const [word, name, ...more] = positionals;
  const { host, path } = placeOf(word, values, uninstallUsage);
  if (name === undefined || more.length > 0 || command)
    throw new UsageError("uninstall takes a host and the name of one server", uninstallUsage);
  const before = await textOf(path);
  const servers = serversIn(parseHostFile(before, path), host.member, path);
  if (!Object.hasOwn(servers, name)) {
    const names = Object.keys(servers);
    throw new Error(
      `${path} has no server "${name}"; there ${names.length === 0 ? "are none" : `are ${names.join(", ")}`}`,
    );
  }
  const after = withEntry(before, path, [host.member, name], undefined);
  return change(path, before, after, values["dry-run"] ?? false, `"${name}" is taken out`);
}
