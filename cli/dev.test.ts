// Saves, and what a host and clients notice of them. Each step waits for what the command says, never for a time.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { call, initialize, initialized, legacy, modern } from "../transports/testing/messages.js";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
/** Milliseconds after which a process that still runs is killed, so that what waits for it fails. */
const LIFE_MS = 60_000;

const version = (body: string, more = "") =>
  `export function add(a: number, b = 1): number {\n  return ${body};\n}\n${more}`;

/** The lines of a stream, each to be waited for once. */
class Lines {
  readonly all: string[] = [];
  #taken = 0;
  #arrived = () => {};
  #ended = false;

  constructor(stream: NodeJS.ReadableStream) {
    createInterface({ input: stream })
      .on("line", (line) => {
        this.all.push(line);
        this.#arrived();
      })
      .on("close", () => {
        this.#ended = true;
        this.#arrived();
      });
  }

  /** The next line that matches, behind the last one that was waited for. */
  async next(pattern: RegExp): Promise<string> {
    for (;;) {
      const at = this.all.findIndex((line, index) => index >= this.#taken && pattern.test(line));
      if (at >= 0) {
        this.#taken = at + 1;
        return this.all[at]!;
      }
      if (this.#ended) throw new Error(`no line ${pattern} among:\n${this.all.join("\n")}`);
      await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }
}

interface Dev {
  readonly file: string;
  readonly folder: string;
  /** Standard error, by lines. */
  readonly told: Lines;
  /** Standard output, by lines. */
  readonly out: Lines;
  save(text: string, name?: string): void;
  send(message: object): void;
  /** Sends a request and gives the text of its answer. */
  ask(message: { id: string | number }): Promise<any>;
  end(): Promise<number | null>;
  stop(): Promise<number | null>;
}

async function withDev(args: string[], first: string, use: (dev: Dev) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dev-test-"));
  const file = join(folder, "server.ts");
  writeFileSync(file, first);
  const child = spawn(process.execPath, [command, "dev", file, ...args], { cwd: folder, stdio: "pipe" });
  const closed = once(child, "close") as Promise<[number | null]>;
  const timer = setTimeout(() => child.kill("SIGKILL"), LIFE_MS);
  child.stdin.on("error", () => {});
  const [told, out] = [new Lines(child.stderr), new Lines(child.stdout)];
  const dev: Dev = {
    file,
    folder,
    told,
    out,
    // As editors do it: a new file in the place of the old one.
    save(text, name = "server.ts") {
      writeFileSync(join(folder, `${name}.new`), text);
      renameSync(join(folder, `${name}.new`), join(folder, name));
    },
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    async ask(message) {
      dev.send(message);
      return JSON.parse(await out.next(new RegExp(`"id":${JSON.stringify(message.id)}[,}]`)));
    },
    async end() {
      child.stdin.end();
      return (await closed)[0];
    },
    async stop() {
      child.kill("SIGTERM");
      return (await closed)[0];
    },
  };
  try {
    await use(dev);
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    await closed;
    rmSync(folder, { recursive: true });
  }
}

const addCall = (id: number) => legacy(id, "tools/call", call("add", { a: 1 }));
const textOf = (answer: any): string => answer.result.content[0].text;

test("a save changes what is served; the host's connection and its session stay", () =>
  withDev(["--port", "0"], version("a + b"), async ({ told, out, save, send, ask, end }) => {
    await told.next(/serving http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    assert.is((await ask(initialize())).result.serverInfo.name, "server");
    send(initialized);
    assert.is(textOf(await ask(addCall(1))), "2");

    save(version("a * 100 + b"));
    await told.next(/loaded server\.ts in [\d.]+ s: 1 tool$/);
    assert.is(textOf(await ask(addCall(2))), "101");

    save(version("a +"));
    await told.next(/not loaded, the last good version goes on:$/);
    await told.next(/^server\.ts:2:13: Expression expected\.$/);
    assert.is(textOf(await ask(addCall(3))), "101");

    save(version("a + nothing"));
    await told.next(/^server\.ts:2:14: Cannot find name 'nothing'\.$/);
    assert.is(textOf(await ask(addCall(4))), "101");

    save(version("a + b", 'throw new Error("not today");\n'));
    await told.next(/not loaded/);
    await told.next(/Error: not today/);
    await told.next(/server\.ts:4:7/);
    assert.is(textOf(await ask(addCall(5))), "101");

    save(version("a + b", "/** @prompt */\nexport function p(): string { return 'p'; }\n"));
    await told.next(/loaded server\.ts in [\d.]+ s: 1 tool, 1 prompt$/);
    await out.next(/^\{"jsonrpc":"2\.0","method":"notifications\/prompts\/list_changed"\}$/);
    assert.is(textOf(await ask(addCall(6))), "2");
    assert.is(await end(), 0);
    assert.is(out.all.filter((line) => line.includes("tools/list_changed")).length, 0);
    assert.ok(
      out.all.every((line) => line.startsWith("{")),
      "the pipe carries nothing but messages",
    );
  }));

test("a save of an imported file counts too, one that was missing at the start as well", () =>
  withDev(["--no-http"], 'import { n } from "./n.ts";\nexport const get = (): number => n;\n', async (dev) => {
    const { told, out, save, send, ask, end } = dev;
    await told.next(/not loaded, nothing is offered until the next save:$/);
    await told.next(/Cannot find module '\.\/n\.ts'/);
    await ask(initialize());
    send(initialized);
    assert.equal((await ask(legacy(0, "tools/list") as { id: number })).result.tools, []);
    save("export const n = 1;\n", "n.ts");
    await told.next(/loaded server\.ts/);
    await out.next(/notifications\/tools\/list_changed/);
    const get = (id: number) => ask(modern(id, "tools/call", { name: "get" }) as { id: number });
    assert.is(textOf(await get(1)), "1");
    save("export const n = 2;\n", "n.ts");
    await told.next(/loaded server\.ts/);
    assert.is(textOf(await get(2)), "2");
    assert.is(await end(), 0);
  }));

test("sessions over HTTP survive a save and hear of it", () =>
  withDev(["--port", "0", "--no-stdio"], version("a + b"), async ({ told, save, stop }) => {
    const url = (await told.next(/serving/)).split(" ").at(-1)!;
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
    };
    const post = (message: object) => fetch(url, { method: "POST", headers, body: JSON.stringify(message) });
    headers["Mcp-Session-Id"] = (await post(initialize())).headers.get("mcp-session-id")!;
    headers["MCP-Protocol-Version"] = "2025-11-25";
    await post(initialized);
    const stream = (await fetch(url, { headers: { ...headers, Accept: "text/event-stream" } })).body!;
    save(version("a - b", "export function more(): void {}\n"));
    await told.next(/loaded server\.ts in [\d.]+ s: 2 tools$/);
    let heard = "";
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      heard += chunk;
      if (heard.includes("notifications/tools/list_changed")) break;
    }
    assert.is(textOf(await (await post(addCall(1))).json()), "0");
    assert.is(await stop(), 0);
  }));

test("tells who connected, and each call with its time", () =>
  withDev(["--no-http"], version("a + b", "export function bad(): void { throw new Error('no'); }\n"), async (dev) => {
    const { told, ask, end } = dev;
    await told.next(/loaded/);
    await ask(initialize("2025-06-18"));
    await told.next(/^barewire: test 1 connected \(2025-06-18\)$/);
    await ask(addCall(1));
    await told.next(/^barewire: tools\/call add \d+\.\d ms$/);
    await ask(legacy(2, "tools/call", call("bad")));
    await told.next(/^barewire: tools\/call bad \d+\.\d ms \(isError\)$/);
    await ask(legacy(3, "prompts/get", { name: "none" }));
    await told.next(/^barewire: prompts\/get none \d+\.\d ms: Unknown prompt: none$/);
    assert.is(await end(), 0);
  }));

test("what a module prints while it is loaded stays off the pipe", () =>
  withDev(["--no-http"], version("a + b", 'console.log("loading");\n'), async ({ told, out, save, ask, end }) => {
    await told.next(/^loading$/);
    await told.next(/loaded/);
    await ask(modern(1, "tools/list") as { id: number });
    save(version("a - b", 'console.log("again");\n'));
    await told.next(/^again$/);
    await told.next(/loaded/);
    assert.is(await end(), 0);
    assert.is(out.all.length, 1);
  }));

test("where port 3000 is taken and no other was asked for, a free one does", async () => {
  const taken = createServer().listen(3000, "127.0.0.1");
  // Another program may have it.
  const listening = await once(taken, "listening").then(
    () => true,
    () => false,
  );
  try {
    await withDev(["--no-stdio"], version("a + b"), async ({ told, stop }) => {
      const url = new URL((await told.next(/serving/)).split(" ").at(-1)!);
      assert.is.not(url.port, "3000");
      assert.is(await stop(), 0);
    });
    const { port } = listening ? (taken.address() as AddressInfo) : { port: 3000 };
    await withDev(["--no-stdio", "--port", String(port)], version("a + b"), async ({ told, end }) => {
      await told.next(/EADDRINUSE/);
      assert.is(await end(), 1);
    });
  } finally {
    taken.close();
  }
});

test("a file that is not there is an error at once", async () => {
  const child = spawn(process.execPath, [command, "dev", "none.ts"], { stdio: ["ignore", "ignore", "pipe"] });
  const told = new Lines(child.stderr);
  await told.next(/^barewire: ENOENT/);
  assert.is((await once(child, "close"))[0], 1);
});

test.run();
