import { methods, shape, without, type Revision } from "../revision.js";
import { revision as before } from "./2025-11-25.js";

const shapes = without(before.shapes, "CreateTaskResult");
const kept = without(
  before.methods,
  "initialize",
  "notifications/initialized",
  "ping",
  "logging/setLevel",
  "resources/subscribe",
  "resources/unsubscribe",
  "notifications/roots/list_changed",
  // What a server asks of a client travels inside a result here, never as a request of its own.
  "sampling/createMessage",
  "roots/list",
  "elicitation/create",
  "notifications/elicitation/complete",
  // Tasks became an extension, with methods of its own.
  "tasks/get",
  "tasks/result",
  "tasks/list",
  "tasks/cancel",
  "notifications/tasks/status",
);

/**
 * Stateless: no handshake, no sessions, no requests from the server. Discovery, per-request metadata, result types,
 * cache hints, subscriptions as a request, structured content of any JSON type.
 * Page: `2026-07-28/changelog`.
 */
export const revision: Revision = {
  version: "2026-07-28",
  era: "modern",
  methods: methods(kept, {
    "server/discover": { from: "client", cacheable: true, result: "DiscoverResult" },
    "tools/list": { ...kept["tools/list"]!, cacheable: true },
    "tools/call": { from: "client", needs: "tools", asks: true, result: "CallToolResult", mirrored: "name" },
    "resources/list": { ...kept["resources/list"]!, cacheable: true },
    "resources/templates/list": { ...kept["resources/templates/list"]!, cacheable: true },
    "resources/read": { ...kept["resources/read"]!, cacheable: true, mirrored: "uri" },
    "prompts/list": { ...kept["prompts/list"]!, cacheable: true },
    "prompts/get": { ...kept["prompts/get"]!, mirrored: "name" },
    "subscriptions/listen": { from: "client", streams: true, result: "SubscriptionsListenResult" },
    "notifications/subscriptions/acknowledged": { from: "server" },
  }),
  facts: {
    ...before.facts,
    disconnectCancels: true,
    resumable: false,
    polls: false,
    mirrorsHeaders: true,
    unknownMethodStatus: 404,
    resourceNotFound: -32602,
    structuredContent: "any",
    elicitationIds: false,
    extensions: true,
    tasks: "extension",
    logLevel: "request",
  },
  clientCapabilities: {
    experimental: "objects",
    extensions: "objects",
    roots: "object",
    sampling: { context: "object", tools: "object" },
    elicitation: { form: "object", url: "object" },
  },
  implementation: before.implementation,
  questions: before.questions,
  sampledContent: before.sampledContent,
  content: before.content,
  shapes: {
    ...without(shapes, "InitializeResult"),
    DiscoverResult: shape({
      supportedVersions: true,
      capabilities: "ServerCapabilities",
      instructions: true,
      _meta: true,
    }),
    ServerCapabilities: shape(without(shapes.ServerCapabilities!, "tasks"), { extensions: true }),
    Tool: without(shapes.Tool!, "execution"),
    ElicitRequestParams: shape({ mode: true, message: true, requestedSchema: true, url: true }),
    SubscriptionsListenResult: shape({ _meta: true }),
  },
};
