// @ts-check
// The floor of HTTP: reads the body, parses it, builds the answer with the echoed text, sends it with its length.
import { createServer } from "node:http";
import { further, message, reply, schemas, tell } from "./tools.mjs";

const list = JSON.stringify(further.map((tool) => ({ ...tool, inputSchema: schemas.further })));

/** @param {any} asked */
function answer({ id, method, params }) {
  if (method === "tools/list") return `{"jsonrpc":"2.0","id":${id},"result":{"tools":${list}}}`;
  const { text, a, b, steps } = params.arguments;
  const said = text ?? (steps === undefined ? String(a + b) : `reported ${steps}`);
  return JSON.stringify({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: said }] } });
}

/** @param {any} asked */
function* progress({ params }) {
  for (let step = 1; step <= params.arguments.steps; step++) {
    const { progressToken } = params._meta;
    const told = { progressToken, progress: step, total: params.arguments.steps, message };
    yield JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params: told });
  }
}

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const asked = JSON.parse((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? "");
    if (reply === "sse" || asked.params.name === "report") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      if (asked.params.name === "report") for (const told of progress(asked)) response.write(`data: ${told}\n\n`);
      response.end(`event: message\ndata: ${answer(asked)}\n\n`);
    } else {
      const body = answer(asked);
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
      response.end(body);
    }
  });
}).listen(0, "127.0.0.1", () => tell(server));
