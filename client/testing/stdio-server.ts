// A server on standard streams that asks its client for roots.
import { createServer } from "../../server/index.js";
import { serveStdio } from "../../transports/stdio.js";

const server = createServer({ name: "stdio", version: "1" });
server.tool("ask", {}, async (_args, ctx) => (await ctx.roots()).map(({ uri }) => uri).join());
server.tool("exit", {}, () => process.exit(3));
server.tool("hang", {}, () => new Promise(() => {}));
await serveStdio(server, { graceMs: 50 });
