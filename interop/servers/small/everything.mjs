// @ts-check
// The official example server, as it is published, over HTTP on a free port.
import { freePort } from "../ports.mjs";

const port = await freePort();
process.env["PORT"] = String(port);
process.argv[2] = "streamableHttp";
await import("@modelcontextprotocol/server-everything/dist/index.js");
console.log(`listening http://127.0.0.1:${port}/mcp`);
