import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createListener } from "../transports/http/node.js";
import asker from "./testing/asker.js";
import { CommandProcess } from "./testing/command-process.js";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
const adder = fileURLToPath(new URL("./testing/adder.js", import.meta.url));
const file = fileURLToPath(new URL("./testing/asker.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "barewire-use-"));
const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, "config") };

const commands = new CommandProcess({ cwd: folder, env });
const barewire = (...args: string[]) => commands.run(...args);

/** In a process of its own. Standard input is none, so that nobody is there to be asked. */
function alone(...args: string[]) {
  const ran = spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    timeout: 60_000,
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { code: ran.status, out: ran.stdout, said: ran.stderr };
}

test("call prints what the tool gives, and nothing else", () => {
  assert.equal(alone("call", adder, "add", "a=41", "b=1"), { code: 0, out: "42\n", said: "" });
});

test("call converts by the tool's schema", async () => {
  const { out } = await barewire("call", file, "types", "list=1", "list=2", "yes=true", "text=7");
  assert.equal(JSON.parse(out), { list: [1, 2], yes: true, text: "7" });
});

test("a server is a command, a name of a configuration or a URL as well", async () => {
  const listed = ["add", "a=1", "b=2"];
  assert.is((await barewire("call", ...listed, "--", process.execPath, command, "run", adder)).out, "3\n");
  const config = join(folder, "mcp.json");
  writeFileSync(
    config,
    JSON.stringify({ mcpServers: { sums: { command: process.execPath, args: [command, "run", adder] } } }),
  );
  assert.is((await barewire("call", "sums", ...listed)).out, "3\n");
  assert.is((await barewire("call", "sums", ...listed, "--config", config)).out, "3\n");
});

for (const revision of ["2024-11-05", "2025-11-25", "2026-07-28"]) {
  test(`--revision ${revision} picks it`, async () => {
    const { out } = await barewire("list", adder, "--json", "--revision", revision);
    assert.is((JSON.parse(out) as { revision: string }).revision, revision);
  });
}

test("list shows tools with their arguments, resources, templates and prompts, in 80 columns and without colour", async () => {
  const { code, out } = await barewire("list", file);
  assert.is(code, 0);
  for (const part of [
    "asker 1.0.0, 2026-07-28\n\nEvery way to be used.\n",
    "\nTools\n  ask\n      Asks the user.\n",
    "\n  types [list=number[]] [yes=boolean] [text=string] [kinds=(a|b)[]]\n      [at=date-time]\n",
    "\nResources\n  docs://text\n  docs://bytes\n",
    "\nTemplates\n  users://{id}\n",
    "\nPrompts\n  greet name=…\n",
  ])
    assert.ok(out.includes(part), out);
  assert.ok(out.split("\n").every((line) => line.length <= 80));
  assert.not.ok(out.includes("\u001b"));
});

test("read prints a text as it is, and bytes as they are where the output is no terminal", async () => {
  assert.is((await barewire("read", file, "docs://text")).out, "no newline at the end");
  const ran = spawnSync(process.execPath, [command, "read", file, "docs://bytes"], { cwd: folder, env });
  assert.equal([...ran.stdout], [0, 1, 254, 255]);
  const out = join(folder, "bytes.png");
  assert.ok((await barewire("read", file, "docs://bytes", "--out", out)).said.includes("saved as"));
  assert.equal([...readFileSync(out)], [0, 1, 254, 255]);
});

test("prompt prints the messages, complete the values", async () => {
  assert.is((await barewire("prompt", file, "greet", "name=Ada")).out, "user: Greet Ada\n");
  assert.is((await barewire("complete", file, "users://{id}", "id=g")).out, "grace\n");
});

test("images are saved by --out, and told of without it", async () => {
  const plain = await barewire("call", file, "pictures");
  assert.is(plain.out, "two:\n");
  assert.ok(plain.said.includes("image/png, 3 bytes: --out FILE saves it"), plain.said);
  const out = join(folder, "picture.png");
  assert.is((await barewire("call", file, "pictures", "--out", out)).out, "two:\n");
  assert.is(readFileSync(out).toString("base64"), "AAAA");
  assert.is(readFileSync(join(folder, "picture-2.jpg")).toString("base64"), "BBBB");
});

test("log messages go to standard error, from the level that is asked for", async () => {
  const usual = await barewire("call", file, "log");
  assert.is(usual.out, "logged\n");
  assert.ok(usual.said.includes("warning: look out") && usual.said.includes("printed by mistake"), usual.said);
  assert.not.ok(usual.said.includes("much detail"));
  assert.ok((await barewire("call", file, "log", "--log", "debug")).said.includes("debug: much detail"));
});

test("a tool that fails is 1, and its words go to standard error", async () => {
  const { code, out, said } = await barewire("call", file, "fail");
  assert.equal([code, out], [1, ""]);
  assert.ok(said.includes("the tool failed: It does not work"), said);
  assert.is((JSON.parse((await barewire("call", file, "fail", "--json")).out) as { isError: boolean }).isError, true);
});

test("an answer that is an error is 4, with the names that there are", async () => {
  const { code, said } = await barewire("call", file, "types2");
  assert.is(code, 4);
  assert.ok(said.includes('"types2" is not listed; there are ask, roots,'), said);
  assert.ok(said.includes("the server answered with error -32602"), said);
  assert.is((await barewire("read", file, "docs://nowhere")).code, 4);
});

test("--json '{…}' is sent without a check, and --json alone prints the whole result", async () => {
  const { code, said } = await barewire("call", adder, "add", "--json", '{"a":1}');
  assert.is(code, 1);
  assert.ok(said.includes('missing required member "b"'), said);
  const { out } = await barewire("call", adder, "add", "--json", '{"a":1,"b":2}', "--json");
  assert.equal((JSON.parse(out) as { content: unknown }).content, [{ type: "text", text: "3" }]);
});

for (const revision of ["2025-11-25", "2026-07-28"]) {
  test(`without a terminal the server hears that nobody can be asked (${revision})`, async () => {
    const { code, said } = await barewire("call", file, "ask", "--revision", revision);
    assert.is(code, 4);
    assert.ok(said.includes("there is no terminal to ask at"), said);
  });

  test(`roots are those that are named (${revision})`, async () => {
    const { said } = await barewire("call", file, "roots", "--revision", revision);
    assert.ok(said.includes("--root FOLDER"), said);
    assert.is(
      (await barewire("call", file, "roots", "--root", "/tmp/x", "--revision", revision)).out,
      "file:///tmp/x\n",
    );
  });
}

test("no connection is 3, and says why", async () => {
  const crash = await barewire("list", "--", process.execPath, "-e", "console.error('no such thing'); process.exit(7)");
  assert.is(crash.code, 3);
  assert.ok(crash.said.includes("no such thing") && crash.said.includes("code 7"), crash.said);
  assert.is((await barewire("list", "--", join(folder, "nothing"))).code, 3);
  const gone = createServer();
  await once(gone.listen(0, "127.0.0.1"), "listening");
  const { port } = gone.address() as AddressInfo;
  await once(gone.close(), "close");
  const { code, said } = await barewire("list", `http://127.0.0.1:${port}/mcp`);
  assert.is(code, 3);
  assert.ok(said.includes("cannot be reached"), said);
});

const refusals = [
  [["call"], "a target and a tool are missing"],
  [["call", adder], "the name of a tool is missing"],
  [["call", adder, "add", "a"], 'the argument "a": NAME=VALUE is expected'],
  [["call", adder, "add", "a=x", "b=1"], 'the argument "a" has to be a number, got a string "x"'],
  [["call", adder, "add", "a=1"], 'the argument "b" is missing'],
  [["call", adder, "add", "--loud"], "Unknown option '--loud'"],
  [["call", adder, "add", "--json", "{a}"], "--json: "],
  [["call", adder, "add", "--json", "[1]"], "--json takes an object of arguments"],
  [["call", adder, "add", "a=1", "--json", "{}"], "--json '{…}' stands in the place of a=1"],
  [["list"], "a target is missing"],
  [["list", "./nowhere.js"], "there is no file ./nowhere.js"],
  [["list", "nowhere"], '"nowhere" is not in the configurations of hosts'],
  [["list", "ftp://x"], '"ftp://x" is no address of a server'],
  [["list", adder, "--revision", "2020-01-01"], "--revision 2020-01-01: there are 2024-11-05"],
  [["list", adder, "--timeout", "soon"], '--timeout "soon" is no number of milliseconds'],
  [["list", adder, "--log", "loud"], "--log loud: there are debug"],
  [["list", adder, "--header", "A: b"], "--header goes with a URL"],
  [["list", adder, "--config", "x.json"], "x.json does not exist"],
  [["list", "http://127.0.0.1:1/", "--header", "A"], "a header field"],
  [["list", "http://127.0.0.1:1/", "--header", "A: …"], "none but the characters of Latin-1"],
  [["list", "http://127.0.0.1:1/", "--env", "A=b"], "--env goes with a server that is started"],
  [["list", "--"], 'a command is missing behind "--"'],
  [["read", adder], "read takes a target and one URI"],
  [["prompt", adder], "prompt takes a target and the name of a prompt"],
  [["complete", adder, "greet"], "complete takes a target"],
] as const;
for (const [args, why] of refusals) {
  test(`exits with 2 and says why: barewire ${args.join(" ").replace(adder, "FILE")}`, async () => {
    const { code, out, said } = await barewire(...args);
    assert.equal([code, out], [2, ""]);
    assert.ok(said.startsWith("barewire: ") && said.includes(why), said);
  });
}

test("a process of its own ends with the same code", () => {
  const { code, out, said } = alone("call", adder, "add", "a=x", "b=1");
  assert.equal([code, out], [2, ""]);
  assert.ok(said.startsWith('barewire: the argument "a" has to be a number, got a string "x"\n'), said);
});

const names = ["list", "call", "read", "prompt", "complete", "install", "uninstall", "new"].concat([
  "run",
  "dev",
  "build",
  "check",
  "record",
  "replay",
]);

test("each command has a help of 80 columns", async () => {
  for (const name of names) {
    const { code, out } = await barewire(name, "--help");
    assert.is(code, 0);
    assert.ok(out.startsWith(`Usage: barewire ${name} `) && out.includes("Exit codes: 0"), out);
    for (const line of out.split("\n")) assert.ok(line.length <= 80, `${name}: ${line}`);
  }
});

test("over HTTP, with a header field of one's own", async () => {
  const listener = createListener(asker);
  const seen = new Set<unknown>();
  const http = createServer((request, response) => {
    seen.add(request.headers["x-a"]);
    void listener(request, response);
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  try {
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
    const args = [command, "prompt", url, "greet", "name=Ada", "--header", "X-A: b"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    for await (const chunk of child.stdout) out += String(chunk);
    assert.is(out, "user: Greet Ada\n");
    assert.equal([...seen], ["b"]);
  } finally {
    http.close();
    http.closeAllConnections();
  }
});

test.after(() => {
  commands.end();
  rmSync(folder, { recursive: true });
});
test.run();
