import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CommandProcess } from "./testing/command-process.js";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
const adder = fileURLToPath(new URL("./testing/adder.js", import.meta.url));
const commands = new CommandProcess();
const barewire = (args: string[], input = "") =>
  spawnSync(process.execPath, [command, ...args], { input, encoding: "utf8", timeout: 60_000 });

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

const refusals = [
  [[], "a command is missing"],
  [["dance"], 'there is no command "dance"'],
  [["run"], "run takes one file"],
  [["run", adder, "--port", "1"], "--port and --host go with --http"],
  [["run", adder, "--http", "--port", "seven"], '"seven" is no port'],
  [["run", adder, "--loud"], "--loud"],
  [["check"], "check takes either --url URL or -- COMMAND"],
  [["check", "--url", "http://127.0.0.1:1/", "--", "node"], "check takes either --url URL or -- COMMAND"],
  [["check", "--url", "ftp://x"], '"ftp://x" is no URL of HTTP'],
  [["check", "--header", "A: b", "--", "node"], "--header, --caller and --token go with --url"],
  [["check", "--url", "http://127.0.0.1:1/", "--header", "nothing"], "expected a header field"],
  [["check", "--url", "http://127.0.0.1:1/", "--token", "old:abc"], "expected TOKEN or KIND:TOKEN"],
  [["check", "--call", "erase", "--", "node"], "--call erase: expected TOOL=JSON"],
  [["check", "--call", "erase=[1]", "--", "node"], "expected TOOL=JSON, with an object of arguments"],
  [["check", "--revision", "2023-01-01", "--", "node"], 'there is no revision "2023-01-01"'],
  [["check", "--timeout", "soon", "--", "node"], '"soon" is no number of milliseconds'],
  [["check", "--fixture-map", "nowhere.json", "--", "node"], "--fixture-map: ENOENT"],
  [["check", "--jobs", "0", "--", "node"], "--jobs is a number from 1 to 9"],
  [["check", "--client"], "check --client takes -- COMMAND"],
  [["check", "--client", "--wire", "memory", "--", "node"], 'there is no wire "memory"'],
  [["check", "--client", "--url", "http://x", "--", "node"], "'--url'"],
  [["check", "server.js"], 'check takes no "server.js": a command stands behind "--"'],
  [["check", "--client", "a", "--", "node"], 'check takes no "a": a command stands behind "--"'],
  [["check", "--"], 'a command is missing behind "--"'],
  [["run", adder, "--", "node"], "run takes one file"],
  [["record", "--out", "x.json", "y"], 'record takes no "y": a command stands behind "--"'],
] as const;
for (const [args, why] of refusals) {
  test(`exits with 2 and says why: barewire ${args.join(" ").replace(adder, "FILE")}`, async () => {
    const { code, out, said } = await commands.run(...args);
    assert.equal([code, out], [2, ""]);
    assert.ok(said.includes(why), said);
    assert.ok(said.includes("Usage: barewire"), said);
  });
}

test("a process of its own ends with the same code", () => {
  const { status, stdout, stderr } = barewire(["dance"]);
  assert.equal([status, stdout], [2, ""]);
  assert.ok(stderr.startsWith('barewire: there is no command "dance"\n\nUsage: barewire COMMAND'), stderr);
});

test("exits with 1 for a module that exports no server", () => {
  const { status, stderr } = barewire(["run", command.replace("barewire.js", "usage.js")]);
  assert.is(status, 1);
  assert.ok(stderr.includes("has to export a server as its default"), stderr);
});

const plain = fileURLToPath(new URL("../conformance/testing/plain.js", import.meta.url));
const one = ["--only", "prompts/unknown", "--only", "ping/empty", "--revision", "2025-11-25"];

test("check exits with 0 where no MUST is broken, and a broken SHOULD is a warning", () => {
  const { status, stdout, stderr } = barewire([
    "check",
    ...one,
    "--",
    process.execPath,
    plain,
    "unknown-prompt-is-empty",
  ]);
  assert.is(stderr, "");
  assert.is(status, 0);
  for (const part of [
    "warning\n  SHOULD 2025-11-25/server/prompts#error-handling/1.1",
    "0 MUST broken, 1 SHOULD broken",
  ])
    assert.ok(stdout.includes(part), stdout);
});

test("check exits with 1 where a MUST is broken, and tells the command that shows it alone", () => {
  const target = ["--", process.execPath, plain, "ping-unanswered"];
  const { status, stdout } = barewire(["check", ...one, "--timeout", "500", ...target]);
  assert.is(status, 1);
  const id = "MUST 2025-11-25/basic/utilities/ping#behavior-requirements/1";
  const alone = [
    "alone    barewire check --only ping/empty-result.json --revision 2025-11-25 --timeout 500",
    ...target,
  ];
  for (const part of [id, alone.join(" ")]) assert.ok(stdout.includes(part), stdout);
});

const client = fileURLToPath(new URL("../conformance/testing/plain-client-main.js", import.meta.url));
const some = ["--client", "--only", "ping/answered", "--only", "lifecycle/client-info", "--revision", "2025-11-25"];

test("check --client starts a client for each trace, on the wires that it speaks", () => {
  const { status, stdout, stderr } = barewire(["check", ...some, "--", process.execPath, client]);
  assert.is(stderr, "");
  assert.is(status, 0);
  for (const wire of ["stdio", "http", "http-json", "sse"])
    assert.ok(stdout.includes(`over ${wire}: speaks 2025-11-25`), stdout);
  assert.ok(stdout.includes("tried: 2 of 2 MUST"), stdout);
});

test("check --client exits with 1 where a MUST is broken, and with 3 for a client that does nothing", () => {
  const target = ["--wire", "http", "--timeout", "500", "--", process.execPath, client];
  for (const [fault, id] of [
    ["ping-unanswered", "MUST 2025-11-25/basic/utilities/ping#behavior-requirements/1"],
    ["nameless", "MUST 2025-11-25/basic/lifecycle#initialization/2.3"],
  ] as const) {
    const { status, stdout } = barewire(["check", ...some, ...target, fault]);
    assert.is(status, 1, stdout);
    assert.ok(stdout.includes(id), stdout);
    assert.ok(stdout.includes("--wire http --client --timeout 500 --"), stdout);
  }
  const { status, stdout, stderr } = barewire(["check", "--client", "--", process.execPath, "-e", "0"]);
  assert.is(status, 3);
  assert.is(stdout, "");
  assert.match(stderr, /spoke no revision on any wire/);
});

test("check exits with 3 where there is no server, and says what was heard", () => {
  const { status, stderr } = barewire(["check", "--", process.execPath, "-e", "throw new Error('no such thing')"]);
  assert.is(status, 3);
  for (const part of ["it answered in no revision", "no such thing"]) assert.ok(stderr.includes(part), stderr);
});

test("check writes JSON to standard output where that is asked for, and nothing else", () => {
  const { stdout } = barewire(["check", ...one, "--json", "-", "--", process.execPath, plain]);
  const report = JSON.parse(stdout) as { format: number; wire: string; runs: { status: string }[] };
  assert.equal(
    [report.format, report.wire, report.runs.every(({ status }) => status === "passed")],
    [1, "stdio", true],
  );
});

test("tells its version and its usage", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  assert.is(barewire(["--version"]).stdout, `${version}\n`);
  assert.ok(barewire(["--help"]).stdout.startsWith("Usage: barewire COMMAND"));
  assert.ok(barewire(["check", "--help"]).stdout.startsWith("Usage: barewire check"));
  assert.ok(barewire(["run", "--help"]).stdout.startsWith("Usage: barewire run FILE"));
});

test.after(() => commands.end());
test.run();
