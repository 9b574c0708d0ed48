// A server that is killed in the middle: it speaks over stdio, keeps its tasks in the folder that it is told, and says
// on stderr how often each handler began.
import { createServer } from "../../server/index.js";
import { serveStdio } from "../../transports/stdio.js";
import { diskTasks } from "../disk-tasks.js";

const [folder = ""] = process.argv.slice(2);
const server = createServer({ name: "killed", version: "1" }, { tasks: { store: diskTasks(folder) } });
const form = { type: "object", properties: { name: { type: "string" } }, required: ["name"] } as const;
const never = new Promise<never>(() => {});

server.tool("fail", { task: "always" }, () => never);

server.tool("quick", { task: "always" }, () => "done");

server.tool(
  "rerun",
  {
    task: { when: "always", restart: "rerun" },
    input: { type: "object", properties: { greeting: { type: "string" } }, required: ["greeting"] },
  },
  async ({ greeting }, ctx) => {
    const process_ = await ctx.once("process", () => process.pid);
    const first = await ctx.elicit("first", { message: "First?", schema: form });
    const second = await ctx.elicit("second", { message: "Second?", schema: form });
    return `${greeting} ${first.content?.name} ${second.content?.name}, begun by ${process_}, ended by ${process.pid}`;
  },
);

await serveStdio(server);
