// @ts-check
// barewire check --client -- node interop/clients/ai-sdk.mjs: the npm package @ai-sdk/mcp, driven by a scenario.
import { createMCPClient, ElicitationRequestSchema } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport } from "@ai-sdk/mcp/mcp-stdio";
import { everyPage, play, scenario, target, wire } from "./scenario.mjs";

await play(async () => {
  const client = await createMCPClient({
    transport:
      wire === "stdio"
        ? new Experimental_StdioMCPTransport({ command: target, args: [] })
        : { type: /** @type {"http" | "sse"} */ (wire), url: target },
    // The one capability that the package can answer for.
    capabilities: scenario.capabilities?.elicitation ? { elicitation: scenario.capabilities.elicitation } : {},
  });
  if (scenario.capabilities?.elicitation)
    client.onElicitationRequest(ElicitationRequestSchema, () => scenario.answers?.elicitation ?? { action: "decline" });
  /** @type {any[] | undefined} */
  let listed;
  const params = (/** @type {string | undefined} */ cursor) => (cursor === undefined ? {} : { params: { cursor } });
  return {
    close: () => client.close(),
    actions: {
      "list-tools": async () => (listed = await everyPage((cursor) => client.listTools(params(cursor)), "tools")),
      "list-prompts": () => everyPage((cursor) => client.experimental_listPrompts(params(cursor)), "prompts"),
      "list-resources": () => everyPage((cursor) => client.listResources(params(cursor)), "resources"),
      "list-resource-templates": () => client.listResourceTemplates(),
      "call-tool": async ({ name, arguments: args, timeoutMs }) => {
        const tools = client.toolsFromDefinitions(listed ? { tools: listed } : await client.listTools());
        const abortSignal = timeoutMs ? AbortSignal.timeout(timeoutMs) : undefined;
        return tools[name]?.execute(args ?? {}, { toolCallId: "1", messages: [], abortSignal });
      },
      "get-prompt": ({ name, arguments: args }) =>
        client.experimental_getPrompt({ name, ...(args ? { arguments: args } : {}) }),
      "read-resource": ({ uri }) => client.readResource({ uri }),
      complete: ({ ref, argument }) => client.complete({ ref, argument }),
    },
  };
});
