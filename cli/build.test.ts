import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bundleFor } from "./functions/bundle.js";
import { makeModule, type MadeModule } from "./functions/make-module.js";
import { modern } from "../transports/testing/messages.js";
import { CommandProcess } from "./testing/command-process.js";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
const source = `import { greeting } from "./greeting.ts";
/** Adds two numbers. */
export function add({ a, b = 1 }: { a: number; b?: number }): number {
  return a + b;
}
/** @resource days://{at} */
export function day(at: Date): { day: number } {
  return { day: at.getUTCDate() };
}
export function greet(name: string): string {
  return greeting + name;
}
`;
const commands = new CommandProcess();
test.after(() => commands.end());
let folder: string;
test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "build-test-"));
  writeFileSync(join(folder, "server.ts"), source);
  writeFileSync(join(folder, "greeting.ts"), 'export const greeting: string = "Hello, ";\n');
});
/** One build, that several tests look at. */
let first: ReturnType<typeof barewire>;
test.before(() => {
  first = barewire(["build", "server.ts", "-o", "out/server.mjs"]);
});
test.after(() => rmSync(folder, { recursive: true }));

const barewire = (args: string[], input = "", cwd = folder) =>
  spawnSync(process.execPath, [command, ...args], { input, cwd, encoding: "utf8", timeout: 60_000 });
const lines = (...messages: object[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join("");
const requests = lines(
  modern(1, "tools/list"),
  modern(2, "tools/call", { name: "add", arguments: { a: 41 } }),
  modern(3, "tools/call", { name: "add", arguments: { a: "41" } }),
  modern(4, "resources/read", { uri: "days://2026-07-28" }),
  modern(5, "tools/call", { name: "greet", arguments: { name: "Ada" } }),
);
/** Holds what the requests were answered with to what the functions say. */
function isServed(stdout: string): void {
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const result = (id: number) => answers.find((answer) => answer.id === id).result;
  assert.equal(result(1).tools[0], {
    name: "add",
    description: "Adds two numbers.",
    inputSchema: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number", default: 1 } },
      required: ["a"],
    },
    outputSchema: { type: "number" },
  });
  assert.equal(result(2).content, [{ type: "text", text: "42" }]);
  assert.is(result(3).isError, true);
  assert.match(result(3).content[0].text, /"\/a" must be a number/);
  assert.equal(JSON.parse(result(4).contents[0].text), { day: 28 });
  assert.is(result(5).content[0].text, "Hello, Ada");
}

test("a built file serves in an empty folder, with nothing but Node", () => {
  assert.equal([first.status, first.stdout, first.stderr], [0, "", ""]);
  assert.equal(readdirSync(join(folder, "out")).sort(), ["server.mjs", "server.mjs.map"]);
  const empty = mkdtempSync(join(tmpdir(), "empty-"));
  try {
    writeFileSync(join(empty, "server.mjs"), readFileSync(join(folder, "out/server.mjs")));
    const ran = spawnSync(process.execPath, ["server.mjs"], {
      cwd: empty,
      input: requests,
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.is(ran.stderr, "");
    assert.is(ran.status, 0);
    isServed(ran.stdout);
    assert.equal(readdirSync(empty), ["server.mjs"]);
  } finally {
    rmSync(empty, { recursive: true });
  }
});

test("two builds are the same bytes, from wherever they are started", () => {
  const again = join(folder, "again/server.mjs");
  assert.is(barewire(["build", join(folder, "server.ts"), "-o", again], "", tmpdir()).status, 0);
  for (const end of ["", ".map"])
    assert.ok(readFileSync(`${again}${end}`).equals(readFileSync(join(folder, `out/server.mjs${end}`))), end);
});

test("run serves a module of functions, and a built file", async () => {
  const source = barewire(["run", "server.ts"], requests);
  assert.is(source.stderr, "");
  isServed(source.stdout);
  isServed(barewire(["run", "out/server.mjs"], requests).stdout);
});

test("run --http serves a module of functions over HTTP", async () => {
  const child = spawn(process.execPath, [command, "run", "server.ts", "--http", "--port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [chunk] = (await once(child.stdout, "data")) as [Buffer];
    const request = modern(1, "tools/call", { name: "add", arguments: { a: 1 } });
    const headers = {
      "Content-Type": "application/json",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": "tools/call",
      "Mcp-Name": "add",
    };
    const response = await fetch(chunk.toString().trim(), { method: "POST", headers, body: JSON.stringify(request) });
    assert.equal(((await response.json()) as any).result.content, [{ type: "text", text: "2" }]);
    child.kill("SIGTERM");
    assert.is((await once(child, "exit"))[0], 0);
  } finally {
    child.kill("SIGKILL");
  }
});

let made: MadeModule | undefined;
for (const target of ["workerd", "browser", "deno", "bun"] as const) {
  test(`a build for ${target} needs nothing that it does not have`, async () => {
    const out = join(folder, `${target}.mjs`);
    made ??= makeModule(join(folder, "server.ts"));
    const [script] = (await bundleFor(made, { target, outfile: out })).filter(({ path }) => path === out);
    writeFileSync(out, script!.contents);
    const text = readFileSync(out, "utf8");
    const imported = [...text.matchAll(/(?:from|import)\s*"([^"]+)"/g)].map(([, name]) => name!);
    if (target === "browser" || target === "workerd") assert.equal(imported, []);
    else assert.ok(imported.length > 0 && imported.every((name) => name.startsWith("node:")), imported.join());
    const built = await import(pathToFileURL(out).href);
    const server = target === "workerd" ? built.server : built.default;
    assert.type(server.receive, "function");
    if (target === "browser") return;
    const handle = target === "workerd" ? built.default.fetch : built.fetch;
    const headers = {
      "Content-Type": "application/json",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": "tools/list",
    };
    const body = JSON.stringify(modern(1, "tools/list"));
    const response = await handle(new Request("http://127.0.0.1/mcp", { method: "POST", headers, body }));
    assert.is(response.status, 200);
    assert.is((await response.json()).result.tools[0].name, "add");
  });
}

test("a module may have a require of its own, and bundle what needs one", async () => {
  const text = `// @ts-ignore: nothing declares Node's modules here
import { createRequire } from "node:module";
// @ts-ignore: nor this
import old from "./old.cjs";
const require = createRequire(import.meta.url);
export function separators(): string {
  return require("node:path").posix.sep + old.separator;
}
`;
  writeFileSync(join(folder, "requires.ts"), text);
  writeFileSync(join(folder, "old.cjs"), 'exports.separator = require("node:path").win32.sep;\n');
  const out = join(folder, "requires.mjs");
  const outputs = await bundleFor(makeModule(join(folder, "requires.ts"), made?.program), {
    target: "node",
    outfile: out,
  });
  writeFileSync(out, outputs.find(({ path }) => path === out)!.contents);
  const input = lines(modern(1, "tools/call", { name: "separators" }));
  const { stdout, stderr } = spawnSync(process.execPath, [out], { input, encoding: "utf8", timeout: 60_000 });
  assert.is(stderr, "");
  assert.is(JSON.parse(stdout).result.content[0].text, "/\\");
});

test("--print writes what is made of the module to standard output, and no file", () => {
  const before = readdirSync(folder);
  const { status, stdout } = barewire(["build", "server.ts", "--print"]);
  assert.is(status, 0);
  for (const part of [
    'import { createServer } from "barewire";',
    'server.tool("add", {',
    'server.resource("days://{at}", {',
  ])
    assert.ok(stdout.includes(part), stdout);
  assert.equal(readdirSync(folder), before);
});

test("the compiler's errors and refusals are told with file and line, exit code 1", () => {
  writeFileSync(join(folder, "broken.ts"), "export function f(a: number): string {\n  return a;\n}\n");
  const { status, stdout, stderr } = barewire(["build", "broken.ts"]);
  assert.is(status, 1);
  assert.is(stdout, "");
  assert.is(stderr, "barewire: broken.ts:2:3: Type 'number' is not assignable to type 'string'.\n");
});

test("a package that is missing is told with the command that brings it", () => {
  // A copy of the command's code in a folder where no package can be found.
  const alone = mkdtempSync(join(tmpdir(), "alone-"));
  try {
    const script = `import { loadSchemaPackage, loadBundler } from ${JSON.stringify(pathToFileURL(join(alone, "packages.js")).href)};
for (const load of [loadSchemaPackage, loadBundler]) try { load(${JSON.stringify(join(alone, "server.ts"))}) } catch (error) { console.log(error.message) }`;
    const text = readFileSync(new URL("./functions/packages.js", import.meta.url), "utf8");
    writeFileSync(join(alone, "packages.js"), text);
    writeFileSync(join(alone, "main.mjs"), script);
    const { stdout } = spawnSync(process.execPath, ["main.mjs"], { cwd: alone, encoding: "utf8" });
    assert.is(
      stdout,
      'the types of a module are read by the package "typescript-json-schema", which is not installed: npm install --save-dev typescript-json-schema esbuild\n' +
        'a module is put into one file by the package "esbuild", which is not installed: npm install --save-dev typescript-json-schema esbuild\n',
    );
  } finally {
    rmSync(alone, { recursive: true });
  }
});

const refusals = [
  [["build"], "build takes one file"],
  [["build", "a.ts", "b.ts"], "build takes one file"],
  [["build", "a.ts", "--target", "moon"], 'there is no target "moon"; there are node, workerd, deno, bun, browser'],
  [["build", "a.ts", "--loud"], "--loud"],
  [["dev"], "dev takes one file"],
  [["dev", "a.ts", "--no-http", "--no-stdio"], "leave nothing to serve"],
  [["dev", "a.ts", "--no-http", "--port", "1"], "go without --no-http"],
  [["dev", "a.ts", "--port", "x"], '"x" is no port'],
  [["build", "a.ts", "--", "b"], "build takes one file"],
] as const;
for (const [args, why] of refusals) {
  test(`exits with 2 and says why: barewire ${args.join(" ")}`, async () => {
    const { code, out, said } = await commands.run(...args);
    assert.equal([code, out], [2, ""]);
    assert.ok(said.includes(why), said);
    assert.ok(said.includes(`Usage: barewire ${args[0]} FILE`), said);
  });
}

test.run();
