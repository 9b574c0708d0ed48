// A server on standard streams whose tools misbehave: each test starts it as a process of its own.
// Arguments: the way in which it starts.
import { exec, execFileSync, execSync, fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { createServer } from "../../server/index.js";
import { serveStdio } from "../stdio.js";

const [, , scenario = ""] = process.argv;
const sleeper = ["-e", "setInterval(() => {}, 1000)"];
const node = process.execPath;

if (scenario === "as a child") {
  console.log("stray: fork");
  process.exit();
}

const lifespan = async () => {
  if (scenario === "cannot start") throw new Error("no database here");
  return { state: undefined, stop: () => console.error("stopped") };
};
const server = createServer({ name: "process", version: "1" }, { lifespan });

const say = (text: string) => ["-e", `console.log(${JSON.stringify(text)})`];
const exit = (child: ChildProcess) => once(child, "close");

/** Every way in which something other than the protocol gets to standard output. */
const stray: Record<string, () => unknown> = {
  "console.log": () => console.log("stray: console.log"),
  "console.table": () => console.table([{ stray: "stray: console.table" }]),
  "process.stdout.write": () => process.stdout.write("stray: process.stdout.write\n"),
  "write with a callback": () =>
    new Promise<void>((resolve) => void process.stdout.write("stray: write with a callback\n", () => resolve())),
  pipe: () => once(Readable.from(["stray: pipe\n"]).pipe(process.stdout), "unpipe"),
  "much by pipe": async () => {
    const source = Readable.from([
      ..."stray: much by pipe\n",
      ...Array.from({ length: 20 }, () => `${"x".repeat(40_000)}\n`),
    ]);
    source.pipe(process.stdout);
    await once(source, "end");
  },
  pipeline: () => pipeline(Readable.from(["stray: pipeline\n"]), process.stdout),
  "a pipeline that fails": async () => {
    const source = async function* () {
      yield "stray: a pipeline that fails\n";
      throw new Error("source failed");
    };
    await pipeline(source, process.stdout).catch(() => {});
  },
  "process.stdout.end": () => process.stdout.end("stray: process.stdout.end\n"),
  spawn: () => exit(spawn(node, say("stray: spawn"), { stdio: "inherit" })),
  "spawn with descriptors": () => exit(spawn(node, say("stray: spawn with descriptors"), { stdio: [0, 1, 2] })),
  "spawn with streams": () =>
    exit(spawn(node, say("stray: spawn with streams"), { stdio: [process.stdin, process.stdout, process.stderr] })),
  "spawn with an object that has a descriptor": () =>
    exit(
      spawn(node, say("stray: spawn with an object that has a descriptor"), {
        stdio: ["ignore", Object.assign(new Writable(), { fd: 1 }), 2],
      }),
    ),
  "spawn with standard error on standard output": () =>
    exit(
      spawn(node, ["-e", 'console.error("stray: spawn with standard error on standard output")'], {
        stdio: ["ignore", "ignore", 1],
      }),
    ),
  fork: () => exit(fork(fileURLToPath(import.meta.url), ["as a child"])),
  "exec, piped": () => {
    const child = exec(`"${node}" -e 'console.log("stray: exec, piped")'`);
    child.stdout!.pipe(process.stdout);
    return exit(child);
  },
  spawnSync: () => spawnSync(node, say("stray: spawnSync"), { stdio: "inherit" }),
  execFileSync: () => execFileSync(node, say("stray: execFileSync"), { stdio: "inherit" }),
  execSync: () => execSync(`"${node}" -e 'console.log("stray: execSync")'`, { stdio: ["inherit", 1, "inherit"] }),
  "a worker": () => once(new Worker('console.log("stray: a worker")', { eval: true }), "exit"),
};
for (const [name, run] of Object.entries(stray)) {
  server.tool(name, {}, async () => {
    await run();
    return "done";
  });
}

server.tool(
  "start a child",
  { input: { type: "object", properties: { detached: { type: "boolean" } } } },
  ({ detached = false }) => spawn(node, sleeper, { stdio: "ignore", detached }).pid,
);
server.tool("linger", {}, () => {
  setInterval(() => {}, 1000);
  createHttpServer().listen(0);
  void new Promise(() => {});
  return "lingering";
});
server.tool("hang", {}, (_args, ctx) => {
  ctx.signal.addEventListener("abort", () => console.error("signal aborted"));
  return new Promise(() => {});
});
server.tool("crash", {}, () => {
  setImmediate(() => {
    throw new Error("the author's bug");
  });
  return new Promise(() => {});
});
server.tool("exit", {}, () => process.exit(3));
server.tool("large", {}, () => "x".repeat(100_000));
server.tool("child input", {}, () => {
  const { stdout } = spawnSync(node, ["-e", "process.stdin.pipe(process.stdout)"], {
    stdio: ["inherit", "pipe", "inherit"],
  });
  return `read ${stdout.length} bytes`;
});

if (scenario === "with an early child") console.error(`child ${spawn(node, sleeper, { stdio: "ignore" }).pid}`);
await serveStdio(server, { graceMs: 100, guard: scenario !== "without a guard" });
