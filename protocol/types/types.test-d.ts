// What the compiler accepts and refuses of those who write with the vocabulary; `tsc --noEmit` is the judge.
import type {
  CallToolResult,
  ClientCapabilities,
  GetPromptResult,
  InputRequiredResult,
  JSONRPCErrorResponse,
  JSONRPCRequest,
  Prompt,
  ReadResourceResult,
  ServerCapabilities,
  TasksExtension,
  Tool,
} from "./index.js";

const text = { type: "text", text: "hello" } as const;

export const results: CallToolResult[] = [
  { content: [text, { type: "image", data: "aGk=", mimeType: "image/png" }] },
  { content: [{ type: "resource", resource: { uri: "file:///a", text: "hello" } }], isError: true },
  { content: [{ type: "resource_link", uri: "file:///a", name: "a" }], _meta: { any: 1 } },
  { content: [], structuredContent: [1, null] },
  // @ts-expect-error a text has its text in `text`
  { content: [{ type: "text", value: "hello" }] },
  // @ts-expect-error no such kind of content
  { content: [{ type: "video", data: "aGk=", mimeType: "video/mp4" }] },
  // @ts-expect-error a sound has a media type
  { content: [{ type: "audio", data: "aGk=" }] },
  // @ts-expect-error content is a list
  { content: text },
  // @ts-expect-error no such member
  { content: [text], error: true },
];

export const prompts: GetPromptResult[] = [
  { messages: [{ role: "user", content: text }] },
  // @ts-expect-error a message has a role
  { messages: [{ content: text }] },
  // @ts-expect-error no such role
  { messages: [{ role: "system", content: text }] },
];

export const capabilities: ServerCapabilities[] = [
  { tools: { listChanged: true }, logging: {}, experimental: { mine: { any: [null, 0.5] } } },
  // @ts-expect-error no such capability
  { tool: {} },
  // @ts-expect-error no such setting
  { tools: { listChange: true } },
];

export const client: ClientCapabilities[] = [
  { elicitation: {}, sampling: { tools: {} }, roots: {} },
  // @ts-expect-error no such capability
  { sample: {} },
];

export const tools: Tool[] = [
  { name: "add", inputSchema: { type: "object", properties: { a: { type: "number" }, b: true }, required: ["a"] } },
  { name: "now", inputSchema: { type: "object", additionalProperties: false }, outputSchema: { type: "array" } },
  // @ts-expect-error arguments are an object
  { name: "add", inputSchema: { type: "array" } },
  // @ts-expect-error a tool says what its arguments are
  { name: "add" },
];

// @ts-expect-error an argument has a name
export const prompt: Prompt = { name: "greet", arguments: [{ description: "whom" }] };

// @ts-expect-error contents are text or bytes
export const contents: ReadResourceResult = { contents: [{ uri: "file:///a" }] };

// @ts-expect-error an id is never null
export const request: JSONRPCRequest = { jsonrpc: "2.0", id: null, method: "ping" };
export const unreadable: JSONRPCErrorResponse = { jsonrpc: "2.0", error: { code: -32700, message: "not JSON" } };

/** The kind of a result tells its members. */
export function state(result: CallToolResult | InputRequiredResult): string | undefined {
  if (result.resultType === "input_required") return result.requestState;
  return result.content[0]?.type;
}

/** So does the status of a task. */
export function message(task: TasksExtension.DetailedTask): string | undefined {
  if (task.status === "failed") return task.error.message;
  // @ts-expect-error only a completed task has a result
  return task.result;
}
