// @ts-check
let rest = "";
process.stdin.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const { id, params } = JSON.parse(line);
    const { a, b } = params.arguments ?? {};
    const result = params.arguments
      ? { content: [{ type: "text", text: String(a + b) }] }
      : { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: { name: "adder", version: "1.0.0" } };
    process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
  }
});
