// What the README says of modules of functions, done: its module, its commands as they are printed, its table.
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { refusalOf, serverOf } from "../cli/functions/testing/module.js";
import { modern } from "../transports/testing/messages.js";
import { connectHttp } from "./testing/http-client.js";

const command = fileURLToPath(new URL("../cli/barewire.js", import.meta.url));
const [section = ""] = readFileSync("README.md", "utf8").match(/^## Typed functions become tools$[^]*?(?=^## )/m) ?? [];
const blocks = (language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code]) => code!);
let folder: string;
test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "readme-test-"));
  writeFileSync(join(folder, "server.ts"), blocks("ts")[0]!);
});
test.after(() => rmSync(folder, { recursive: true }));

/** A line of the README, with this copy of barewire in the place of the one that npx would find. */
const run = (line: string) =>
  promisify(execFile)("/bin/sh", ["-c", line.replace(/npx barewire/, `"${process.execPath}" "${command}"`)], {
    cwd: folder,
    timeout: 60_000,
  });
const line = (start: string) => {
  const found = blocks("sh")[0]!
    .split("\n")
    .find((one) => one.startsWith(start));
  return found!.replace(/\s+#.*/, "");
};

test("the module is built by the command as it is printed, and serves what the text says", async () => {
  await run(line("npx barewire build server.ts -o"));
  const input = [
    modern(1, "tools/list"),
    modern(2, "tools/call", { name: "add", arguments: { a: 41 } }),
    modern(3, "resources/read", { uri: "users://17/profile" }),
    modern(4, "resources/read", { uri: "users://ada/profile" }),
    modern(5, "prompts/get", { name: "review", arguments: { code: "a" } }),
  ];
  const { stdout } = spawnSync(process.execPath, ["dist/server.mjs"], {
    cwd: folder,
    input: input.map((message) => `${JSON.stringify(message)}\n`).join(""),
    encoding: "utf8",
    timeout: 20_000,
  });
  const answers = stdout
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  const of = (id: number) => answers.find((answer) => answer.id === id);
  const [tool] = of(1).result.tools;
  assert.equal(tool.inputSchema, {
    type: "object",
    properties: {
      a: { description: "the first addend", type: "number" },
      b: { type: "number", minimum: 0, default: 1 },
    },
    required: ["a"],
  });
  assert.equal(
    [tool.description, tool.outputSchema, tool.annotations],
    ["Adds two numbers.", { type: "number" }, { readOnlyHint: true }],
  );
  assert.is(of(2).result.content[0].text, "42");
  assert.equal(JSON.parse(of(3).result.contents[0].text), { id: 17, name: "Ada", since: "2026-07-28T00:00:00.000Z" });
  assert.is(of(4).error.code, -32602);
  assert.is(of(5).result.messages[0].content.text, "Review this ts code:\na");
});

test("--print shows the module that it is made of", async () => {
  const { stdout } = await run(line("npx barewire build server.ts --print"));
  assert.match(stdout, /server\.resource\("users:\/\/\{id\}\/profile"/);
});

test("dev serves it to a host", () => {
  const [, ...args] = line("npx barewire dev").split(" ").slice(1);
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    input: `${JSON.stringify(modern(1, "tools/call", { name: "add", arguments: { a: 41 } }))}\n`,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.is(status, 0);
  assert.is(JSON.parse(stdout).result.content[0].text, "42");
  assert.match(stderr, /^barewire: serving http:\/\/127\.0\.0\.1:\d+\/mcp$/m);
});

test("run serves the built file over HTTP", async () => {
  // Another program may have the port that is printed.
  const [, ...args] = line("npx barewire run").replace("3000", "0").split(" ").slice(1);
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [url] = (await once(child.stdout, "data")) as [Buffer];
    const client = await connectHttp(url.toString().trim(), "2026-07-28");
    const { content } = await client.request("tools/call", { name: "add", arguments: { a: 41 } });
    assert.is(content[0].text, "42");
  } finally {
    child.kill("SIGKILL");
  }
});

test("the refusal reads as printed", async () => {
  const found = await refusalOf("export function count(all: Map<string, number>): void {}\n");
  assert.is(`server.ts:${found[0]}`, blocks("text")[0]!.trim());
});

const rows = [...section.matchAll(/^\| (`.*) \| (`\{.*) \|$/gm)].map(([, type, schema]) => {
  const [written, ...declared] = [...type!.matchAll(/(`+) ?(.+?) ?\1(?!`)/g)].map(([, , code]) =>
    code!.replaceAll("\\|", "|"),
  );
  return {
    written: written!,
    declared,
    schemas: [...schema!.matchAll(/`(.+?)`/g)].map(([, text]) => JSON.parse(text!)),
  };
});
test("the table holds, row by row", async () => {
  assert.ok(rows.length >= 12);
  const server = await serverOf(
    rows
      .map(
        ({ written, declared }, at) =>
          `${declared.join(";\n")};\nexport function row${at}({ v }: { v: ${written} }): void {}\n`,
      )
      .join(""),
  );
  for (const [at, { written, schemas }] of rows.entries()) {
    const { properties, $defs } = server.tools.get(`row${at}`)!.tool.inputSchema as any;
    assert.equal(properties.v, schemas[0], written);
    assert.equal($defs, schemas[1] && { [written]: schemas[1] }, written);
  }
});

test.run();
