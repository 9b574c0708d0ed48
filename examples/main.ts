// What `npm start` runs: serves everything.ts over HTTP, or with `--stdio` over standard input and output.
import { parseArgs } from "node:util";
import { serveHttp } from "../transports/http/node.js";
import { serveStdio } from "../transports/stdio.js";
import { createEverything } from "./everything.js";

const usage = "Usage: npm start -- [--port N] | [--stdio]. PORT in the environment stands for --port.";

const server = createEverything();
try {
  const { port, stdio } = readArguments();
  if (stdio) await serveStdio(server);
  else await serveOverHttp(port);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function readArguments(): { port: number; stdio: boolean } {
  let values: { port?: string; stdio?: boolean };
  try {
    ({ values } = parseArgs({ options: { port: { type: "string" }, stdio: { type: "boolean" } } }));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${usage}`);
  }
  const port = values.port ?? (process.env.PORT || "3000");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new Error(`"${port}" is no port: expected 0 to 65535.\n${usage}`);
  }
  return { port: Number(port), stdio: values.stdio ?? false };
}

async function serveOverHttp(port: number): Promise<void> {
  const { url, close } = await serveHttp(server, { port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is taken. Choose another one: npm start -- --port N`);
  });
  console.log(`Serving MCP at ${url}\n
  tools      ${[...server.tools].map(({ name }) => name).join(", ")}
  resources  ${[...server.resources].map(({ resource }) => resource.uri).join(", ")}
  templates  ${[...server.templates].map(({ resourceTemplate }) => resourceTemplate.uriTemplate).join(", ")}
  prompts    ${[...server.prompts].map(({ prompt }) => prompt.name).join(", ")}
\nCall a tool from another terminal:\n\n${curl(url)}\n\nCtrl-C stops it.`);
  process.once("SIGINT", close).once("SIGTERM", close);
}

/** A line for the shell that calls `add`, in the newest revision: one request, no handshake. */
function curl(url: string): string {
  const version = "2026-07-28";
  const method = "tools/call";
  const name = "add";
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const headers = [
    "Content-Type: application/json",
    `MCP-Protocol-Version: ${version}`,
    `Mcp-Method: ${method}`,
    `Mcp-Name: ${name}`,
  ];
  const body = { jsonrpc: "2.0", id: 1, method, params: { name, arguments: { a: 41, b: 1 }, _meta } };
  return `curl -sS ${url} ${headers.map((header) => `-H '${header}'`).join(" ")} -d '${JSON.stringify(body)}'`;
}
