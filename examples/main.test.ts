import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { connectHttp } from "./testing/http-client.js";
import { revisions } from "./testing/rpc.js";

const main = fileURLToPath(new URL("main.js", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Milliseconds after which a process that still runs is killed, so that what waits for it fails. */
const LIFE_MS = 30_000;
const shell = promisify(execFile);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script until it has printed its last line, then `use`, then sends it a signal; resolves with how it ended. */
async function withStarted(
  args: string[],
  env: object,
  signal: NodeJS.Signals,
  use: (printed: string) => Promise<void>,
): Promise<Ended> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close") as Promise<[number | null]>;
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += String(chunk)));
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += String(chunk);
      if (stdout.includes("Ctrl-C")) resolve();
    });
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), LIFE_MS);
  try {
    await Promise.race([ready, closed]);
    if (child.exitCode === null) {
      await use(stdout);
      child.kill(signal);
    }
    const [code] = await closed;
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}
const never = () => Promise.reject(new Error("It was not to start"));
const urlIn = (printed: string) => /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(printed)![0];

test("prints what it serves and a line for the shell that works as printed", async () => {
  const { code, stderr } = await withStarted([main], { PORT: "0" }, "SIGTERM", async (printed) => {
    for (const name of ["add", "count", "toggle_bonus", "docs://guide", "users://{id}/profile", "review"]) {
      assert.ok(printed.includes(name), name);
    }
    assert.is(printed.includes("bonus,"), false);
    const [line] = /^curl .*$/m.exec(printed)!;
    const { stdout } = await shell("/bin/sh", ["-c", line]);
    assert.equal(JSON.parse(stdout).result.structuredContent, { sum: 42 });
  });
  assert.is(code, 0);
  assert.is(stderr, "");
});

test("serves both eras; SIGINT in the middle of calls and streams ends it with code 0", async () => {
  const { code, stderr } = await withStarted([main, "--port", "0"], { PORT: "1" }, "SIGINT", async (printed) => {
    const [legacy, modern] = await Promise.all(revisions.map((revision) => connectHttp(urlIn(printed), revision)));
    for (const client of [legacy!, modern!]) {
      const { structuredContent } = await client.request("tools/call", { name: "add", arguments: { a: 1, b: 2 } });
      assert.equal(structuredContent, { sum: 3 });
    }
    const call = { name: "count", arguments: { to: 1000 } };
    const open = [legacy!, modern!].map((client) => client.send("tools/call", call));
    for (const answer of open) answer.catch(() => {});
    // Requests are taken in the order in which they come, so these are behind the calls above.
    await Promise.all([legacy!, modern!].map((client) => client.request("tools/list")));
  });
  assert.is(code, 0);
  assert.is(stderr, "");
});

test("a port that is taken ends it with code 1 and says so", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { code, stdout, stderr } = await withStarted([main, "--port", String(port)], {}, "SIGTERM", never);
  other.close();
  assert.is(code, 1);
  assert.is(stdout, "");
  assert.is(stderr, `Port ${port} is taken. Choose another one: npm start -- --port N\n`);
});

const bad: [args: string[], env: object, why: string][] = [
  [["--port", "seven"], {}, '"seven" is no port'],
  [["--port", "65536"], {}, '"65536" is no port'],
  [["--port=-1"], {}, '"-1" is no port'],
  [[], { PORT: "3000x" }, '"3000x" is no port'],
  [["--loud"], {}, "--loud"],
];
test("ends with code 1 and says why where it does not understand", async () => {
  const ends = await Promise.all(bad.map(([args, env]) => withStarted([main, ...args], env, "SIGTERM", never)));
  for (const [i, { code, stdout, stderr }] of ends.entries()) {
    const [args, , why] = bad[i]!;
    assert.is(code, 1, args.join(" "));
    assert.is(stdout, "");
    assert.ok(stderr.includes(why), stderr);
    assert.ok(stderr.includes("Usage: npm start"), stderr);
  }
});

test("npm start builds and serves, from a copy of the sources alone", async () => {
  const copy = mkdtempSync(join(tmpdir(), "start-test-"));
  try {
    for (const name of ["package.json", "scripts", "protocol", "server", "transports", "examples"]) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const script = join(copy, "scripts/start.mjs");
    const { code, stderr } = await withStarted([script], { PORT: "0" }, "SIGTERM", async (printed) => {
      const client = await connectHttp(urlIn(printed), "2026-07-28");
      const { structuredContent } = await client.request("tools/call", { name: "add", arguments: { a: 1, b: 2 } });
      assert.equal(structuredContent, { sum: 3 });
    });
    assert.is(stderr, "");
    assert.is(code, 0);
    assert.ok(existsSync(join(copy, ".run/server/index.js")));

    const piped = spawn(process.execPath, [script, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    piped.stdin.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    let stdout = "";
    piped.stdout.on("data", (chunk: Buffer) => (stdout += String(chunk)));
    assert.equal(await once(piped, "close"), [0, null]);
    assert.is(stdout, '{"jsonrpc":"2.0","id":1,"result":{}}\n');
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test.run();
