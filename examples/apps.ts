// A tool with a face (MCP Apps): the host shows its HTML page in the conversation, and the page calls the tool again.
// Hosts that know nothing of apps get the same result as text.
import { createServer } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

const resourceUri = "ui://dice/app.html";
const server = createServer({ name: "dice", version: "1.0.0" });

server.extension("io.modelcontextprotocol/ui");

server.tool(
  "roll_dice",
  {
    description: "Rolls dice of six sides.",
    input: { type: "object", properties: { dice: { type: "integer", minimum: 1, maximum: 9 } }, required: ["dice"] },
    output: {
      type: "object",
      properties: { rolls: { type: "array", items: { type: "integer" } }, sum: { type: "integer" } },
      required: ["rolls", "sum"],
    },
    _meta: { ui: { resourceUri } },
  },
  ({ dice }) => {
    const rolls = Array.from({ length: dice }, () => 1 + Math.floor(Math.random() * 6));
    return { rolls, sum: rolls.reduce((sum, roll) => sum + roll) };
  },
);

// The page and its host speak JSON-RPC by postMessage. It runs in a sandbox, without network.
const page = `<!doctype html>
<meta charset="utf-8">
<title>Dice</title>
<p id="rolls">Rolling …</p>
<button id="again">Roll again</button>
<script>
  let lastId = 0;
  const waiting = new Map();
  const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const request = (method, params) =>
    new Promise((resolve) => {
      waiting.set(++lastId, resolve);
      post({ id: lastId, method, params });
    });
  const element = (id) => document.getElementById(id);
  const faces = ["⚀", "⚁", "⚂", "⚃", "⚄", "⚅"];
  let dice = 2;
  const show = ({ structuredContent: { rolls, sum } }) => {
    dice = rolls.length;
    element("rolls").textContent = rolls.map((roll) => faces[roll - 1]).join(" ") + " = " + sum;
  };
  addEventListener("message", ({ data, source }) => {
    if (source !== parent) return;
    if (data.method === "ui/notifications/tool-result") show(data.params);
    else if (data.method === undefined) waiting.get(data.id)?.(data.result);
  });
  element("again").addEventListener("click", async () => {
    show(await request("tools/call", { name: "roll_dice", arguments: { dice } }));
  });
  const appInfo = { name: "dice", version: "1.0.0" };
  request("ui/initialize", { protocolVersion: "2026-01-26", appInfo, appCapabilities: {} })
    .then(() => post({ method: "ui/notifications/initialized" }));
</script>
`;

server.resource(resourceUri, { name: "dice-app", mimeType: "text/html;profile=mcp-app" }, () => page);

await serveStdio(server);
