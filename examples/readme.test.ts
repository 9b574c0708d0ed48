// The README's own words, done: its first server, and its lines for curl as they are printed (but for the port).
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { serveHttp } from "../transports/http/node.js";
import { createEverything } from "./everything.js";

const readme = readFileSync("README.md", "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code]) => code!);
const built = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

test("the server in seven lines serves", async () => {
  const [code] = blocks("ts");
  const lines = code!.split("\n").filter((line) => line.trim() !== "");
  assert.is(lines.length, 6);
  const outfile = built("readme-server.mjs");
  await build({
    stdin: { contents: code!, loader: "ts", resolveDir: built(".") },
    bundle: true,
    outfile,
    format: "esm",
    platform: "node",
    alias: { barewire: built("server/index.js"), "barewire/stdio": built("transports/stdio.js") },
  });
  const child = spawn(process.execPath, [outfile], { stdio: ["pipe", "pipe", "inherit"] });
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = { name: "add", arguments: { a: 20, b: 22 }, _meta: meta };
  child.stdin.end(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })}\n`);
  let text = "";
  for await (const chunk of child.stdout) text += chunk;
  assert.equal(JSON.parse(text).result.content, [{ type: "text", text: "42" }]);
});

test("the lines for curl work as printed, in both eras", async () => {
  const { url, close } = await serveHttp(createEverything(), { port: 0 });
  try {
    const lines = blocks("sh").filter((block) => block.includes("curl "));
    assert.is(lines.length, 2);
    for (const block of lines) {
      const script = block.replaceAll("http://127.0.0.1:3000/mcp", url);
      const { stdout } = await promisify(execFile)("/bin/sh", ["-c", script], { timeout: 10_000 });
      assert.equal(JSON.parse(stdout).result.content, [{ type: "text", text: '{"sum":42}' }]);
    }
  } finally {
    await close();
  }
});

test.run();
