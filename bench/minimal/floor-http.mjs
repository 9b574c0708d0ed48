// @ts-check
import { createServer } from "node:http";

createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { id, params } = JSON.parse(Buffer.concat(chunks).toString());
    const { a, b } = params.arguments;
    const body = JSON.stringify({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: String(a + b) }] } });
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(3000, "127.0.0.1");
