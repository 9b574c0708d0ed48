// @ts-check
// barewire check --client -- node interop/clients/mcp-client.mjs: the npm package mcp-client, driven by a scenario.
import { MCPClient } from "mcp-client";
import { play, scenario, target, wire } from "./scenario.mjs";

const types = /** @type {const} */ ({ http: "httpStream", sse: "sse" });

await play(async () => {
  // Nothing is declared: the package has no way to answer what a server asks.
  const client = new MCPClient({ name: "mcp-client", version: "1.0.0" });
  await client.connect(
    wire === "stdio" ? { type: "stdio", command: target, args: [], env: {} } : { type: types[wire], url: target },
  );
  return {
    close: () => client.close(),
    actions: {
      "list-tools": () => client.getAllTools(),
      "list-prompts": () => client.getAllPrompts(),
      "list-resources": () => client.getAllResources(),
      "list-resource-templates": () => client.getAllResourceTemplates(),
      "call-tool": ({ name, arguments: args, progress, cancel, timeoutMs = scenario.timeoutMs }) => {
        const control = new AbortController();
        const onProgress = () => void (cancel === "progress" && control.abort());
        const requestOptions = {
          signal: control.signal,
          ...(timeoutMs ? { timeout: timeoutMs } : {}),
          ...(progress || cancel === "progress" ? { onProgress } : {}),
        };
        return client.callTool({ name, ...(args ? { arguments: args } : {}) }, { requestOptions });
      },
      "get-prompt": ({ name, arguments: args }) => client.getPrompt({ name, ...(args ? { arguments: args } : {}) }),
      "read-resource": ({ uri }) => client.getResource({ uri }),
      complete: ({ ref, argument }) => client.complete({ ref, argument }),
      "set-log-level": ({ level }) => client.setLoggingLevel(level),
      ping: () => client.ping(),
    },
  };
});
