import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
const adder = fileURLToPath(new URL("./testing/adder.js", import.meta.url));
const barewire = (args: string[], input = "") =>
  spawnSync(process.execPath, [command, ...args], { input, encoding: "utf8", timeout: 10_000 });

const meta =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';
const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":20,"b":22},${meta}}}`;

test("run serves a module over stdio until its input ends", () => {
  const { status, stdout, stderr } = barewire(["run", adder], `${call}\n`);
  assert.is(stderr, "");
  assert.is(status, 0);
  assert.equal(JSON.parse(stdout).result.content, [{ type: "text", text: "42" }]);
});

test("run --http serves a module over HTTP until it is told to stop", async () => {
  const child = spawn(process.execPath, [command, "run", adder, "--http", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [chunk] = (await once(child.stdout, "data")) as [Buffer];
    const headers = {
      "Content-Type": "application/json",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": "tools/call",
      "Mcp-Name": "add",
    };
    const response = await fetch(chunk.toString().trim(), { method: "POST", headers, body: call });
    assert.equal(((await response.json()) as { result: { content: unknown } }).result.content, [
      { type: "text", text: "42" },
    ]);
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number];
    assert.is(code, 0);
  } finally {
    child.kill("SIGKILL");
  }
});

for (const [args, why] of [
  [[], "a command is missing"],
  [["dance"], 'there is no command "dance"'],
  [["run"], "run takes one file"],
  [["run", adder, "--port", "1"], "--port and --host go with --http"],
  [["run", adder, "--http", "--port", "seven"], '"seven" is no port'],
  [["run", adder, "--loud"], "--loud"],
] as const) {
  test(`exits with 2 and says why: barewire ${args.join(" ").replace(adder, "FILE")}`, () => {
    const { status, stdout, stderr } = barewire([...args]);
    assert.is(status, 2);
    assert.is(stdout, "");
    assert.ok(stderr.includes(why), stderr);
    assert.ok(stderr.includes("Usage: barewire"), stderr);
  });
}

test("exits with 1 for a module that exports no server", () => {
  const { status, stderr } = barewire(["run", command.replace("barewire.js", "usage.js")]);
  assert.is(status, 1);
  assert.ok(stderr.includes("has to export a server as its default"), stderr);
});

test("tells its version and its usage", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  assert.is(barewire(["--version"]).stdout, `${version}\n`);
  assert.ok(barewire(["--help"]).stdout.startsWith("Usage: barewire COMMAND"));
  assert.ok(barewire(["run", "--help"]).stdout.startsWith("Usage: barewire run FILE"));
});

test.run();
