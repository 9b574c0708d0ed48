import { createServer, type Context, type Limits } from "../../server/index.js";
import { FakeClock } from "./fake-clock.js";
import { Gate } from "./gate.js";

const anything = { type: "object" } as const;

/** A server with tools that end when a test says so; what happened stands in `log`. */
export function testServer(limits: Partial<Limits> = {}) {
  const clock = new FakeClock();
  const gate = new Gate();
  const log: string[] = [];
  const errors: string[] = [];
  const waiting = new Gate();
  const aborted = new Gate();
  const server = createServer(
    { name: "http", version: "1" },
    { clock, limits, onError: (error, where) => errors.push(`${where}: ${String(error)}`) },
  );
  server.tool("echo", { input: anything }, (args) => JSON.stringify(args));
  server.tool("wait", { input: anything }, async (_args, ctx: Context) => {
    ctx.signal.addEventListener("abort", () => {
      log.push("aborted");
      aborted.open();
    });
    log.push("called");
    waiting.open();
    await Promise.race([gate.opened, new Promise((resolve) => ctx.signal.addEventListener("abort", resolve))]);
    log.push("done");
    return "waited";
  });
  server.tool(
    "progress",
    { input: { type: "object", properties: { count: { type: "number" } } } },
    ({ count = 2 }, ctx) => {
      for (let done = 1; done <= count; done++) ctx.progress(done, count);
      return "done";
    },
  );
  server.tool("progress, then wait", { input: anything }, async (_args, ctx) => {
    ctx.progress(1);
    ctx.signal.addEventListener("abort", () => aborted.open());
    waiting.open();
    await Promise.race([gate.opened, aborted.opened]);
    return "waited";
  });
  server.tool(
    "region",
    { input: { type: "object", properties: { region: { type: "string", "x-mcp-header": "Region" } } } },
    ({ region }) => String(region),
  );
  server.resource("test://one", { name: "one" }, () => "one");
  return { server, clock, gate, log, errors, waiting: waiting.opened, aborted: aborted.opened };
}
