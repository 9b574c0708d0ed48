import { homedir } from "node:os";
import { join } from "node:path";

/** How a host is to reach a server. */
export type Entry =
  | { readonly command: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }
  | { readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** What the place of a configuration depends on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
}

export const here = (): Surroundings => ({
  platform: process.platform,
  env: process.env,
  home: homedir(),
  cwd: process.cwd(),
});

/** A program that uses servers, and where it reads which ones. docs/hosts.md names the page of each. */
export interface Host {
  readonly title: string;
  /** The member that holds the servers by name. */
  readonly member: string;
  /** The file of the user, for all projects; none where the host has only such of a project. */
  readonly user?: (around: Surroundings) => string;
  /** The file of the project in the working folder. */
  readonly project?: (around: Surroundings) => string;
  /** The entry as the host wants it. Throws an Error for what the host cannot use. */
  shape(entry: Entry): Record<string, unknown>;
}

/** The folder of a user's settings, as each system has it. */
export function settings({ platform, env, home }: Surroundings): string {
  if (platform === "win32") return env.APPDATA ?? join(home, "AppData", "Roaming");
  if (platform === "darwin") return join(home, "Library", "Application Support");
  return env.XDG_CONFIG_HOME || join(home, ".config");
}

const filled = (name: string, map: Readonly<Record<string, string>>) =>
  Object.keys(map).length === 0 ? {} : { [name]: map };

const plain = (entry: Entry, url = "url"): Record<string, unknown> =>
  "url" in entry
    ? { [url]: entry.url, ...filled("headers", entry.headers) }
    : { command: entry.command, args: entry.args, ...filled("env", entry.env) };

const typed = (entry: Entry): Record<string, unknown> => ({ type: "url" in entry ? "http" : "stdio", ...plain(entry) });

/** All hosts by the word that names them on the command line. */
export const hosts: Readonly<Record<string, Host>> = {
  "claude-desktop": {
    title: "Claude Desktop",
    member: "mcpServers",
    user: (around) => join(settings(around), "Claude", "claude_desktop_config.json"),
    shape(entry) {
      if ("url" in entry)
        throw new Error("Claude Desktop's file takes commands only: add an address in its settings, as a connector");
      return plain(entry);
    },
  },
  "claude-code": {
    title: "Claude Code",
    member: "mcpServers",
    user: ({ home, env }) => join(env.CLAUDE_CONFIG_DIR || home, ".claude.json"),
    project: ({ cwd }) => join(cwd, ".mcp.json"),
    shape: typed,
  },
  cursor: {
    title: "Cursor",
    member: "mcpServers",
    user: ({ home }) => join(home, ".cursor", "mcp.json"),
    project: ({ cwd }) => join(cwd, ".cursor", "mcp.json"),
    shape: (entry) => plain(entry),
  },
  vscode: {
    title: "VS Code",
    member: "servers",
    user: (around) => join(settings(around), "Code", "User", "mcp.json"),
    project: ({ cwd }) => join(cwd, ".vscode", "mcp.json"),
    shape: typed,
  },
  windsurf: {
    title: "Windsurf",
    member: "mcpServers",
    user: ({ home }) => join(home, ".codeium", "windsurf", "mcp_config.json"),
    shape: (entry) => plain(entry, "serverUrl"),
  },
  zed: {
    title: "Zed",
    member: "context_servers",
    // On macOS too it is below ~/.config.
    user: ({ platform, env, home }) =>
      platform === "win32"
        ? join(env.APPDATA ?? join(home, "AppData", "Roaming"), "Zed", "settings.json")
        : join((platform === "linux" && env.XDG_CONFIG_HOME) || join(home, ".config"), "zed", "settings.json"),
    project: ({ cwd }) => join(cwd, ".zed", "settings.json"),
    // Versions of Zed that know commands alone leave out what does not say that it is the user's own.
    shape: (entry) => ("url" in entry ? plain(entry) : { source: "custom", ...plain(entry) }),
  },
  "mcp.json": {
    title: "the host",
    member: "mcpServers",
    project: ({ cwd }) => join(cwd, "mcp.json"),
    shape: (entry) => plain(entry),
  },
};
