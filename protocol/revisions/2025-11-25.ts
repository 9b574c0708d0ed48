import { methods, shape, type Revision } from "../revision.js";
import { revision as before } from "./2025-06-18.js";

const { shapes } = before;

/**
 * Streams that a client polls, icons, a description and a website of implementations, bad tool arguments as a result
 * that a model can mend, and tasks as an experiment.
 * Page: `2025-11-25/changelog`.
 */
export const revision: Revision = {
  ...before,
  version: "2025-11-25",
  facts: {
    ...before.facts,
    polls: true,
    badArguments: "result",
    choices: "many",
    sampledBlocks: "many",
    contextCapability: true,
    elicitationIds: true,
    tasks: "requested",
  },
  methods: methods(before.methods, {
    "notifications/elicitation/complete": { from: "server" },
    "tools/call": { ...before.methods["tools/call"]!, taskResult: "CreateTaskResult" },
    "tasks/get": { from: "both", needs: "tasks" },
    "tasks/result": { from: "both", needs: "tasks" },
    "tasks/list": { from: "both", needs: "tasks.list" },
    "tasks/cancel": { from: "both", needs: "tasks.cancel" },
    "notifications/tasks/status": { from: "both" },
  }),
  sampledContent: { ...before.sampledContent, tool_use: "ToolUseContent", tool_result: "ToolResultContent" },
  clientCapabilities: {
    ...(before.clientCapabilities as object),
    sampling: { context: "object", tools: "object" },
    elicitation: { form: "object", url: "object" },
    tasks: {
      list: "object",
      cancel: "object",
      requests: { sampling: { createMessage: "object" }, elicitation: { create: "object" } },
    },
  },
  implementation: {
    ...(before.implementation as object),
    description: "string",
    websiteUrl: "string",
    icons: [{ "src!": "string", mimeType: "string", sizes: "string[]", theme: "string" }],
  },
  shapes: {
    ...shapes,
    Implementation: shape(shapes.Implementation!, { description: true, icons: true, websiteUrl: true }),
    ServerCapabilities: shape(shapes.ServerCapabilities!, { tasks: true }),
    Tool: shape(shapes.Tool!, { icons: true, execution: true }),
    CreateTaskResult: shape({ task: true, _meta: true }),
    Resource: shape(shapes.Resource!, { icons: true }),
    ResourceTemplate: shape(shapes.ResourceTemplate!, { icons: true }),
    Prompt: shape(shapes.Prompt!, { icons: true }),
    ResourceLink: shape(shapes.ResourceLink!, { icons: true }),
    ElicitRequestParams: shape(shapes.ElicitRequestParams!, { mode: true, url: true, elicitationId: true }),
    CreateMessageRequestParams: shape(shapes.CreateMessageRequestParams!, { tools: true, toolChoice: true }),
    SamplingMessage: shape(shapes.SamplingMessage!, { _meta: true }),
    ToolUseContent: shape({ type: true, id: true, name: true, input: true, _meta: true }),
    ToolResultContent: shape({
      type: true,
      toolUseId: true,
      content: ["ContentBlock"],
      structuredContent: true,
      isError: true,
      _meta: true,
    }),
    ProgressNotificationParams: shape(shapes.ProgressNotificationParams!, { _meta: true }),
    LoggingMessageNotificationParams: shape(shapes.LoggingMessageNotificationParams!, { _meta: true }),
  },
};
