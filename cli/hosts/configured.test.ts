import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { findConfigured } from "./configured.js";
import type { Surroundings } from "./hosts.js";

const folder = mkdtempSync(join(tmpdir(), "barewire-configured-"));
const around: Surroundings = {
  platform: "linux",
  env: { TOKEN: "t" },
  home: join(folder, "home"),
  cwd: join(folder, "work"),
};
const write = (path: string, value: unknown) => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), typeof value === "string" ? value : JSON.stringify(value));
  return join(folder, path);
};

write("work/.mcp.json", { mcpServers: { both: { command: "project" } } });
write(
  "work/.vscode/mcp.json",
  '{ /* a comment */ "servers": { "code": { "type": "http", "url": "https://h/${env:TOKEN}", "headers": { "A": "${TOKEN}" } }, } }',
);
write("home/.cursor/mcp.json", {
  mcpServers: { both: { command: "user" }, folders: { command: "${workspaceFolder}/s", args: ["${userHome}"] } },
});
write("home/.config/zed/settings.json", {
  context_servers: { old: { command: { path: "z", args: ["1"], env: { K: "v" } } } },
});
write("home/.codeium/windsurf/mcp_config.json", "{ broken");
const odd = write("odd.json", {
  mcpServers: {
    asks: { command: "c", env: { KEY: "${input:key}" } },
    unset: { command: "c", args: ["${NOT_SET}"] },
    fallback: { command: "c", args: ["${NOT_SET:-x}"], cwd: "/there" },
    empty: {},
  },
});

const find = (name: string, file?: string) => findConfigured(name, file, around);
const refused = async (name: string, file: string | undefined, why: RegExp) => {
  try {
    await find(name, file);
  } catch (error) {
    return assert.match((error as Error).message, why);
  }
  assert.unreachable();
};

test("the project's configurations come before the user's", async () => {
  const { entry, path } = await find("both");
  assert.equal(entry, { command: "project", args: [], env: {} });
  assert.is(path, join(folder, "work/.mcp.json"));
});

test("addresses, headers and variables are read", async () => {
  assert.equal((await find("code")).entry, { url: "https://h/t", headers: { A: "t" } });
  assert.equal((await find("folders")).entry, { command: `${around.cwd}/s`, args: [around.home], env: {} });
});

test("the forms of other members are read, and a broken file hides no other", async () => {
  assert.equal((await find("old")).entry, { command: "z", args: ["1"], env: { K: "v" } });
});

test("a file of one's own is read alone", async () => {
  const { entry, cwd } = await find("fallback", odd);
  assert.equal([entry, cwd], [{ command: "c", args: ["x"], env: {} }, "/there"]);
  await refused("both", odd, /"both" is not in .*odd\.json; there are asks, unset, fallback, empty/);
});

test("what cannot be found or filled in is named", async () => {
  await refused("nobody", undefined, /"nobody" is not in the configurations of hosts.*both, code, folders, old/);
  await refused("asks", odd, /\$\{input:key\}, which only its host can fill in/);
  await refused("unset", odd, /environment variable NOT_SET, which is not set/);
  await refused("empty", odd, /neither a "command" nor a "url"/);
  await refused("x", join(folder, "none.json"), /does not exist/);
  await refused("x", join(folder, "home/.codeium/windsurf/mcp_config.json"), /mcp_config.json:1: .*no JSON/);
});

test.after(() => rmSync(folder, { recursive: true }));
test.run();
