// @ts-check
// The floor of stdio: splits lines, parses each, answers each in one write.
let rest = "";
process.stdin.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const { id, params } = JSON.parse(line);
    if (id === undefined) continue;
    const result = params.arguments
      ? { content: [{ type: "text", text: params.arguments.text }] }
      : { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: {} };
    process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
  }
});
