import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const command = fileURLToPath(new URL("../barewire.js", import.meta.url));
const adder = fileURLToPath(new URL("../testing/adder.js", import.meta.url));
const home = realpathSync(mkdtempSync(join(tmpdir(), "barewire-install-")));
const cursor = join(home, ".cursor/mcp.json");

function barewire(...args: string[]) {
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: "", CLAUDE_CONFIG_DIR: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    cwd: home,
    env,
  });
  return { code: status, out: stdout, said: stderr };
}

const reset = (path: string, text?: string) => {
  rmSync(dirname(path), { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  if (text !== undefined) writeFileSync(path, text);
};

const entriesOf = (path: string) =>
  (JSON.parse(readFileSync(path, "utf8")) as { mcpServers: Record<string, unknown> }).mcpServers;

test("what is installed is called by its name, and is gone once it is taken out", () => {
  reset(cursor);
  writeFileSync(join(home, "sums.mjs"), `export { default } from ${JSON.stringify(adder)};`);
  assert.is(barewire("install", "cursor", "sums.mjs", "--env", "KEY=v").code, 0);
  assert.equal(entriesOf(cursor), {
    sums: { command: process.execPath, args: [command, "run", join(home, "sums.mjs")], env: { KEY: "v" } },
  });
  rmSync(join(home, "mcp.json"), { force: true });
  assert.is(barewire("call", "sums", "add", "a=41", "b=1").out, "42\n");
  assert.is(barewire("uninstall", "cursor", "sums").code, 0);
  assert.equal(entriesOf(cursor), {});
  assert.is(barewire("call", "sums", "add").code, 2);
});

test("what was there is kept beside it, with its mode, and a link stays one", () => {
  const before = '{ "mcpServers": { "other": { "command": "x" } } }\n';
  reset(cursor);
  const real = join(home, ".cursor/real.json");
  writeFileSync(real, before);
  chmodSync(real, 0o640);
  symlinkSync(real, cursor);
  const { out } = barewire("install", "cursor", "http://127.0.0.1:3000/mcp", "--name", "far", "--header", "A: b");
  assert.ok(out.includes(`${real}.bak`), out);
  assert.is(readFileSync(`${real}.bak`, "utf8"), before);
  assert.is(statSync(real).mode & 0o777, 0o640);
  assert.is(realpathSync(cursor), real);
  assert.equal(entriesOf(cursor), {
    other: { command: "x" },
    far: { url: "http://127.0.0.1:3000/mcp", headers: { A: "b" } },
  });
  barewire("uninstall", "cursor", "far");
  assert.ok(existsSync(`${real}.bak.2`));
});

test("--dry-run prints the change and writes nothing", () => {
  reset(cursor);
  const { code, out } = barewire("install", "cursor", "--dry-run", "--name", "mine", "--", "npx", "-y", "some-server");
  assert.is(code, 0);
  for (const part of [cursor, '+     "mine": {', '+       "command": "npx"']) assert.ok(out.includes(part), out);
  assert.not.ok(existsSync(cursor));
});

test("a file of this folder that a command names is written as an absolute path", () => {
  reset(cursor);
  barewire("install", "cursor", "--name", "mine", "--", "node", "sums.mjs", "--mode", "fast");
  assert.equal(entriesOf(cursor).mine, { command: "node", args: [join(home, "sums.mjs"), "--mode", "fast"] });
});

test("another server of that name is not replaced, unless by --force; the same is left as it is", () => {
  reset(cursor, '{"mcpServers":{"mine":{"command":"x"}}}');
  const { code, said } = barewire("install", "cursor", "--name", "mine", "--", "y");
  assert.is(code, 1);
  assert.ok(said.includes("--force replaces it"), said);
  assert.is(barewire("install", "cursor", "--name", "mine", "--force", "--", "y").code, 0);
  const { out } = barewire("install", "cursor", "--name", "mine", "--", "y");
  assert.ok(out.includes("stays as it is"), out);
  assert.not.ok(existsSync(`${cursor}.bak.2`));
});

test("a file that cannot be read is left alone", () => {
  const broken = '{ "mcpServers": {';
  reset(cursor, broken);
  for (const args of [
    ["install", "cursor", "--name", "a", "--", "y"],
    ["uninstall", "cursor", "a"],
  ]) {
    const { code, said } = barewire(...args);
    assert.is(code, 1);
    assert.ok(said.includes("is left as it is"), said);
  }
  assert.is(readFileSync(cursor, "utf8"), broken);
  assert.not.ok(existsSync(`${cursor}.bak`));
});

test("comments of Zed's settings stay", () => {
  const zed = join(home, ".config/zed/settings.json");
  reset(zed, '// mine\n{\n  "theme": "One", // dark\n}\n');
  assert.is(barewire("install", "zed", "--name", "a", "--", "y").code, 0);
  const text = readFileSync(zed, "utf8");
  for (const part of ["// mine", "// dark", '"context_servers"', '"source": "custom"'])
    assert.ok(text.includes(part), text);
});

for (const [args, code, why] of [
  [["install"], 2, "the name of a host is missing"],
  [["install", "emacs", adder], 2, 'there is no host "emacs"; there are claude-desktop,'],
  [["install", "cursor"], 2, "a target is missing"],
  [["install", "cursor", "nowhere.ts"], 2, "there is no file nowhere.ts"],
  [["install", "cursor", adder, "more"], 2, "install takes one target"],
  [["install", "windsurf", adder, "--project"], 2, "Windsurf has no file of a project"],
  [["install", "cursor", adder, "--env", "K"], 2, '--env "K": NAME=VALUE is expected'],
  [["install", "cursor", adder, "--loud"], 2, "Unknown option '--loud'"],
  [["install", "claude-desktop", "http://h/mcp"], 1, "takes commands only"],
  [["uninstall", "cursor"], 2, "the name of one server"],
  [["uninstall", "vscode", "a"], 1, 'has no server "a"; there are none'],
] as const) {
  test(`refuses, and says why: barewire ${args.join(" ").replace(adder, "FILE")}`, () => {
    const refused = barewire(...args);
    assert.is(refused.code, code);
    assert.ok(refused.said.includes(why), refused.said);
  });
}

test.after(() => rmSync(home, { recursive: true }));
test.run();
