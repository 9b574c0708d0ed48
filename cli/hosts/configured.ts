import { dirname } from "node:path";
import { isObject, own } from "../../protocol/jsonrpc.js";
import { here, hosts, type Entry, type Surroundings } from "./hosts.js";
import { parseHostFile, serversIn } from "./host-file.js";
import { textOf } from "./write-file.js";

/** A server as a configuration names it. */
export interface Configured {
  readonly name: string;
  /** The file that names it. */
  readonly path: string;
  readonly entry: Entry;
  readonly cwd: string | undefined;
}

const members = [...new Set(Object.values(hosts).map(({ member }) => member))];

/** The files in which names are looked for: those of the project, then the user's, in the order of `hosts`. */
export function hostFiles(around: Surroundings): string[] {
  const all = Object.values(hosts);
  return [...all.map(({ project }) => project?.(around)), ...all.map(({ user }) => user?.(around))].filter(
    (path) => path !== undefined,
  );
}

/** Puts in what hosts put in: `${NAME}`, `${NAME:-other}`, `${env:NAME}` and the folders. */
function expand(text: string, name: string, path: string, { env, home, cwd }: Surroundings): string {
  return text.replace(/\$\{([^}]*)\}/g, (whole, inside: string) => {
    if (inside === "workspaceFolder") return cwd;
    if (inside === "userHome") return home;
    const [, variable, other] = /^(?:env:)?([A-Za-z_]\w*)(?::-(.*))?$/.exec(inside) ?? [];
    const value = variable === undefined ? undefined : (env[variable] ?? other);
    if (value === undefined)
      throw new Error(
        variable === undefined
          ? `${path}: "${name}" needs ${whole}, which only its host can fill in`
          : `${path}: "${name}" needs the environment variable ${variable}, which is not set`,
      );
    return value;
  });
}

function strings(value: unknown, expanded: (text: string) => string): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, expanded(String(text))]));
}

function readEntry(given: unknown, name: string, path: string, around: Surroundings): Configured {
  const expanded = (text: string) => expand(text, name, path, around);
  // Zed's earlier form has the command's parts one level deeper.
  const parts = isObject(own(given, "command")) ? own(given, "command") : given;
  const command = own(parts, "command") ?? own(parts, "path");
  const url = own(given, "url") ?? own(given, "serverUrl");
  const cwd = own(given, "cwd");
  const configured = { name, path, cwd: typeof cwd === "string" ? expanded(cwd) : undefined };
  if (typeof url === "string")
    return { ...configured, entry: { url: expanded(url), headers: strings(own(given, "headers"), expanded) } };
  if (typeof command !== "string") throw new Error(`${path}: "${name}" has neither a "command" nor a "url"`);
  const args = own(parts, "args");
  return {
    ...configured,
    entry: {
      command: expanded(command),
      args: Array.isArray(args) ? args.map((arg) => expanded(String(arg))) : [],
      env: strings(own(parts, "env"), expanded),
    },
  };
}

/**
 * Finds a server by the name that a host's configuration gives it, in `file` or wherever hosts have theirs; the first
 * one counts. Throws an Error that lists the names which there are.
 */
export async function findConfigured(name: string, file?: string, around = here()): Promise<Configured> {
  const known: string[] = [];
  for (const path of file === undefined ? hostFiles(around) : [file]) {
    const text = await textOf(path);
    if (file !== undefined && text === "") throw new Error(`${path} does not exist, or is empty`);
    let config: Record<string, unknown>;
    try {
      config = parseHostFile(text, path);
    } catch (error) {
      // Which of the hosts' files are broken matters to them; a name may stand in another one.
      if (file !== undefined) throw error;
      continue;
    }
    for (const member of members) {
      const servers = serversIn(config, member, path);
      if (own(servers, name) !== undefined) return readEntry(own(servers, name), name, path, around);
      for (const each of Object.keys(servers)) if (!known.includes(each)) known.push(each);
    }
  }
  const where = file ?? `the configurations of hosts, nor is it a file in ${dirname(`${around.cwd}/.`)}`;
  throw new Error(`"${name}" is not in ${where}; there ${known.length === 0 ? "are none" : `are ${known.join(", ")}`}`);
}
