import { methods, shape, type Revision } from "../revision.js";

/** The first revision. Pages: `2024-11-05/`. */
export const revision: Revision = {
  version: "2024-11-05",
  era: "legacy",
  methods: methods({
    initialize: { from: "client", beforeSession: true, uncancellable: true, result: "InitializeResult" },
    "notifications/initialized": { from: "client" },
    ping: { from: "both", beforeSession: true },
    "notifications/cancelled": { from: "both" },
    "notifications/progress": { from: "both" },

    "tools/list": { from: "client", needs: "tools", result: "ListToolsResult" },
    "tools/call": { from: "client", needs: "tools", asks: true, result: "CallToolResult" },
    "notifications/tools/list_changed": { from: "server" },

    "resources/list": { from: "client", needs: "resources", result: "ListResourcesResult" },
    "resources/templates/list": { from: "client", needs: "resources", result: "ListResourceTemplatesResult" },
    "resources/read": { from: "client", needs: "resources", asks: true, result: "ReadResourceResult" },
    "resources/subscribe": { from: "client", needs: "resources.subscribe" },
    "resources/unsubscribe": { from: "client", needs: "resources.subscribe" },
    "notifications/resources/list_changed": { from: "server" },
    "notifications/resources/updated": { from: "server" },

    "prompts/list": { from: "client", needs: "prompts", result: "ListPromptsResult" },
    "prompts/get": { from: "client", needs: "prompts", asks: true, result: "GetPromptResult" },
    "notifications/prompts/list_changed": { from: "server" },

    "completion/complete": { from: "client", needs: "completions", result: "CompleteResult" },
    "logging/setLevel": { from: "client", needs: "logging" },
    "notifications/message": { from: "server" },

    "sampling/createMessage": { from: "server" },
    "roots/list": { from: "server" },
    "notifications/roots/list_changed": { from: "client" },
  }),
  facts: {
    batches: false,
    disconnectCancels: false,
    mirrorsHeaders: false,
    unknownMethodStatus: 200,
    resourceNotFound: -32002,
    badArguments: "error",
    structuredContent: "none",
    completionContext: false,
    choices: "one",
    sampledBlocks: "one",
    elicitationIds: false,
    extensions: false,
    tasks: "none",
    logLevel: "session",
  },
  clientCapabilities: { experimental: "objects", roots: { listChanged: "boolean" }, sampling: "object" },
  implementation: { "name!": "string", "version!": "string" },
  questions: { "sampling/createMessage": "CreateMessageRequestParams", "roots/list": "ListRootsRequestParams" },
  sampledContent: { text: "TextContent", image: "ImageContent" },
  content: { text: "TextContent", image: "ImageContent", resource: "EmbeddedResource" },
  shapes: {
    InitializeResult: shape({ protocolVersion: true, capabilities: "ServerCapabilities", serverInfo: "Implementation", instructions: true, _meta: true }),
    Implementation: shape({ name: true, version: true }),
    ServerCapabilities: shape({ experimental: true, logging: true, prompts: true, resources: true, tools: true }),

    ListToolsResult: shape({ tools: ["Tool"], nextCursor: true, _meta: true }),
    Tool: shape({ name: true, description: true, inputSchema: true }),
    CallToolResult: shape({ content: ["ContentBlock"], isError: true, _meta: true }),

    ListResourcesResult: shape({ resources: ["Resource"], nextCursor: true, _meta: true }),
    Resource: shape({ uri: true, name: true, description: true, mimeType: true, size: true, annotations: "Annotations" }),
    ListResourceTemplatesResult: shape({ resourceTemplates: ["ResourceTemplate"], nextCursor: true, _meta: true }),
    ResourceTemplate: shape({ uriTemplate: true, name: true, description: true, mimeType: true, annotations: "Annotations" }),
    ReadResourceResult: shape({ contents: ["ResourceContents"], _meta: true }),
    ResourceContents: shape({ uri: true, mimeType: true, text: true, blob: true }),

    ListPromptsResult: shape({ prompts: ["Prompt"], nextCursor: true, _meta: true }),
    Prompt: shape({ name: true, description: true, arguments: ["PromptArgument"] }),
    PromptArgument: shape({ name: true, description: true, required: true }),
    GetPromptResult: shape({ description: true, messages: ["PromptMessage"], _meta: true }),
    PromptMessage: shape({ role: true, content: "ContentBlock" }),

    CompleteResult: shape({ completion: true, _meta: true }),

    CreateMessageRequestParams: shape({
      messages: true,
      modelPreferences: true,
      systemPrompt: true,
      includeContext: true,
      temperature: true,
      maxTokens: true,
      stopSequences: true,
      metadata: true,
    }),
    SamplingMessage: shape({ role: true, content: true }),

    Annotations: shape({ audience: true, priority: true }),
    TextContent: shape({ type: true, text: true, annotations: "Annotations" }),
    ImageContent: shape({ type: true, data: true, mimeType: true, annotations: "Annotations" }),
    EmbeddedResource: shape({ type: true, resource: "ResourceContents", annotations: "Annotations" }),

    ProgressNotificationParams: shape({ progressToken: true, progress: true, total: true }),
    LoggingMessageNotificationParams: shape({ level: true, logger: true, data: true }),
  },
};
