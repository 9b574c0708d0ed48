// Starts a server, lists its tools, calls one: node examples/client.js COMMAND ARGUMENTS… or a URL.
import { connect } from "../client/index.js";
import { spawnServer } from "../transports/spawn.js";

const [, , target = "http://127.0.0.1:3000/mcp", ...args] = process.argv;

const client = await connect(/^https?:/.test(target) ? target : spawnServer(target, args), {
  info: { name: "example", version: "1.0.0" },
  elicit: ({ message }) => {
    console.log(`The server asks: ${message}`);
    return { action: "decline" };
  },
  roots: [{ uri: "file:///tmp" }],
});
console.log(`${client.serverInfo?.name} speaks ${client.revision}`);
for (const { name, description } of await client.listTools()) console.log(`- ${name}: ${description ?? ""}`);
const { content } = await client.callTool("add", { a: 20, b: 22 }, { timeoutMs: 10_000 });
console.log(content);
await client.close();
