import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { StoredTask } from "../protocol/task-store.js";
import { diskTasks } from "./disk-tasks.js";

type Json = Record<string, any>;

let folder: string;
test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), "tasks-"));
});
test.after.each(() => rm(folder, { recursive: true }));

const task = (taskId: string, more: Partial<StoredTask> = {}): StoredTask => ({
  taskId,
  order: 1,
  version: "2026-07-28",
  status: "working",
  createdAt: 1000,
  lastUpdatedAt: 1000,
  ttlMs: 500,
  pollIntervalMs: 1,
  request: { id: 1, method: "tools/call", params: { name: "x" }, clientCapabilities: {} },
  restart: "fail",
  questions: {},
  known: {},
  once: {},
  ...more,
});

test("what was put is there for the next process, in order and by principal", async () => {
  const store = diskTasks(folder);
  await store.put(task("b", { order: 2, principal: "ada" }));
  await store.put(task("a", { order: 1, principal: "ada", status: "completed", result: { content: [] } }));
  await store.put(task("c", { order: 3 }));
  const next = diskTasks(folder);
  assert.equal(await next.get("b"), task("b", { order: 2, principal: "ada" }));
  assert.equal(
    (await next.list("ada")).map(({ taskId }) => taskId),
    ["a", "b"],
  );
  assert.equal(
    (await next.list(undefined)).map(({ taskId }) => taskId),
    ["c"],
  );
  assert.is(await next.count("ada"), 2);
  assert.equal(
    (await next.unfinished()).map(({ taskId }) => taskId),
    ["b", "c"],
  );
  await next.delete("b");
  assert.is(await next.get("b"), undefined);
  assert.equal((await readdir(folder)).sort(), ["a.json", "c.json"]);
});

test("a new state replaces the old one and leaves nothing beside it, readable by its owner alone", async () => {
  const store = diskTasks(join(folder, "deep", "er"));
  await store.put(task("a"));
  await store.put(task("a", { status: "cancelled" }));
  assert.is((await store.get("a"))?.status, "cancelled");
  assert.equal(await readdir(join(folder, "deep", "er")), ["a.json"]);
  if (process.platform !== "win32") assert.is((await stat(join(folder, "deep", "er", "a.json"))).mode & 0o077, 0);
});

test("expired tasks are swept, with their files", async () => {
  const store = diskTasks(folder);
  await store.put(task("a"));
  await store.put(task("b", { ttlMs: null }));
  await store.sweep(1499);
  assert.is((await readdir(folder)).length, 2);
  await store.sweep(1500);
  assert.equal(await readdir(folder), ["b.json"]);
});

test("an unfinished file of a killed process is removed, a broken one is told of, and neither stops the store", async () => {
  const errors: unknown[] = [];
  await writeFile(join(folder, "a.json.1.tmp"), '{"taskId":');
  await writeFile(join(folder, "b.json"), "{");
  await writeFile(join(folder, "c.json"), JSON.stringify(task("c")));
  const store = diskTasks(folder, { onError: (error) => errors.push(error) });
  assert.equal(
    (await store.unfinished()).map(({ taskId }) => taskId),
    ["c"],
  );
  assert.is(errors.length, 1);
  assert.equal((await readdir(folder)).sort(), ["b.json", "c.json"]);
});

test("an id that is no file name reaches no file", async () => {
  await writeFile(join(folder, "..", "outside.json"), "{}");
  const store = diskTasks(folder);
  assert.is(await store.get("../outside"), undefined);
  await store.delete("../outside");
  assert.is(await readFile(join(folder, "..", "outside.json"), "utf8"), "{}");
  await rm(join(folder, "..", "outside.json"));
  try {
    await store.put(task("../outside"));
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /to name a file/);
  }
});

/** A server in a process of its own. */
class Child {
  readonly process: ChildProcess;
  readonly #waiting = new Map<number, (message: Json) => void>();
  #lastId = 0;

  constructor() {
    const path = fileURLToPath(new URL("./testing/killed.js", import.meta.url));
    this.process = spawn(process.execPath, [path, folder], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.process.stdout! }).on("line", (line) => {
      const message = JSON.parse(line) as Json;
      this.#waiting.get(message.id as number)?.(message);
    });
  }
  request(method: string, params: Json): Promise<Json> {
    const id = ++this.#lastId;
    const clientCapabilities = { extensions: { "io.modelcontextprotocol/tasks": {} }, elicitation: {} };
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": clientCapabilities,
    };
    this.process.stdin!.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params: { ...params, _meta } })}\n`);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
  async task(name: string, args: Json = {}): Promise<string> {
    const { result } = await this.request("tools/call", { name, arguments: args });
    assert.is(result.resultType, "task");
    return result.taskId as string;
  }
  async until(taskId: string, status: string): Promise<Json> {
    for (;;) {
      const { result } = await this.request("tasks/get", { taskId });
      if (result.status === status) return result;
      assert.not(["completed", "failed", "cancelled"].includes(result.status), JSON.stringify(result));
    }
  }
  /** Kills it where it stands. */
  kill(): Promise<unknown> {
    const gone = new Promise((resolve) => this.process.once("exit", (_code, signal) => resolve(signal)));
    this.process.kill("SIGKILL");
    return gone;
  }
}

test("tasks survive kill -9: ended ones as they were, others failed or run again from where they were", async () => {
  const first = new Child();
  const quick = await first.task("quick");
  await first.until(quick, "completed");
  const rerun = await first.task("rerun", { greeting: "Hi" });
  await first.until(rerun, "input_required");
  // Right behind the answer that names the task, as soon as there is nothing that could still be written for it.
  const fail = await first.task("fail");
  await first.request("tasks/update", {
    taskId: rerun,
    inputResponses: { first: { action: "accept", content: { name: "Ada" } } },
  });
  assert.is(await first.kill(), "SIGKILL");

  const second = new Child();
  assert.is((await second.until(quick, "completed")).result.content[0].text, "done");
  const failed = await second.until(fail, "failed");
  assert.equal(failed.error, { code: -32603, message: "The server ended while it worked on the task" });
  const asking = await second.until(rerun, "input_required");
  assert.equal(Object.keys(asking.inputRequests as Json), ["second"], "what was answered is not asked again");
  assert.is(await second.kill(), "SIGKILL");

  const third = new Child();
  assert.equal(Object.keys((await third.until(rerun, "input_required")).inputRequests as Json), ["second"]);
  await third.request("tasks/update", {
    taskId: rerun,
    inputResponses: { second: { action: "accept", content: { name: "Bo" } } },
  });
  const done = await third.until(rerun, "completed");
  assert.is(done.result.content[0].text, `Hi Ada Bo, begun by ${first.process.pid}, ended by ${third.process.pid}`);
  await third.kill();
});

test("whatever was answered before a kill in the middle of many writes is there, and has ended", async () => {
  const first = new Child();
  const answered: string[] = [];
  let gone: Promise<unknown> | undefined;
  await new Promise<void>((resolve) => {
    for (let i = 0; i < 150; i++) {
      void first.task(i % 2 ? "quick" : "fail").then((taskId) => {
        if (gone) return;
        answered.push(taskId);
        if (answered.length === 60) {
          gone = first.kill();
          resolve();
        }
      });
    }
  });
  assert.is(await gone, "SIGKILL");
  const second = new Child();
  const statuses = await Promise.all(
    answered.map(
      async (taskId) => (await second.request("tasks/get", { taskId })).result?.status as string | undefined,
    ),
  );
  assert.is(statuses.length, 60);
  for (const status of statuses) assert.ok(status === "completed" || status === "failed", String(status));
  assert.ok(statuses.includes("failed"));
  assert.not.ok((await readdir(folder)).some((name) => name.endsWith(".tmp")));
  await second.kill();
});

test.run();
