import { test } from "uvu";
import * as assert from "uvu/assert";
import { createJudge } from "./judge.js";
import type { Json } from "./trace.js";

const judge = createJudge();
const response = (result: Json) => ({ jsonrpc: "2.0", id: 1, result });
const failed = (code: number, id?: Json, data?: Json) => ({
  jsonrpc: "2.0",
  ...(id === undefined ? {} : { id }),
  error: { code, message: "no", ...(data === undefined ? {} : { data }) },
});
const definitions = (...args: Parameters<typeof judge.server>) =>
  judge.server(...args).map(({ definition }) => definition);

test("every revision has its schema", () => assert.equal(judge.unjudged, []));

test("without schemas nothing is judged, and that is told", () => {
  const blind = createJudge(["/nowhere/*.json"]);
  assert.is(blind.unjudged.length, 5);
  assert.equal(blind.server(response({ tools: 5 }), "2025-11-25", "tools/list"), []);
});

test("a result is judged as the answer to its request", () => {
  assert.equal(judge.server(response({ tools: [] }), "2025-11-25", "tools/list"), []);
  const [complaint] = judge.server(response({ tools: [{ name: "a" }] }), "2025-11-25", "tools/list");
  assert.is(complaint?.definition, "ListToolsResult");
  assert.match(complaint?.text ?? "", "inputSchema");
  assert.equal(definitions(response({ tools: 5 }), "2025-11-25"), []);
});

test("the modern revision asks for resultType and caching hints", () => {
  const hints = { ttlMs: 0, cacheScope: "private" };
  assert.equal(judge.server(response({ resultType: "complete", tools: [], ...hints }), "2026-07-28", "tools/list"), []);
  assert.equal(definitions(response({ tools: [], ...hints }), "2026-07-28", "tools/list"), ["JSONRPCResultResponse"]);
  assert.equal(definitions(response({ resultType: "complete", tools: [] }), "2026-07-28", "tools/list"), [
    "ListToolsResult",
  ]);
  const asks = { resultType: "input_required", inputRequests: { a: { method: "no/such" } } };
  assert.equal(definitions(response(asks), "2026-07-28", "tools/call"), ["InputRequiredResult"]);
});

test("content kinds that a revision lacks break its schema", () => {
  const sound = response({ content: [{ type: "audio", data: "AA==", mimeType: "audio/wav" }] });
  assert.equal(definitions(sound, "2024-11-05", "tools/call"), ["CallToolResult"]);
  assert.equal(definitions(sound, "2025-03-26", "tools/call"), []);
});

test("data that is not Base64 and URIs that are none break the schema", () => {
  const image = response({ content: [{ type: "image", data: "not base64!", mimeType: "image/png" }] });
  assert.equal(definitions(image, "2025-11-25", "tools/call"), ["CallToolResult"]);
  const listed = response({ resources: [{ uri: "no uri", name: "a" }] });
  assert.equal(definitions(listed, "2025-11-25", "resources/list"), ["ListResourcesResult"]);
});

test("notifications are judged by their method", () => {
  const progress = (params: Json) => ({ jsonrpc: "2.0", method: "notifications/progress", params });
  assert.equal(definitions(progress({ progressToken: 1, progress: 1 }), "2025-11-25"), []);
  assert.equal(definitions(progress({ progressToken: 1 }), "2025-11-25"), ["ServerNotification"]);
  const acknowledged = {
    jsonrpc: "2.0",
    method: "notifications/subscriptions/acknowledged",
    params: { notifications: {} },
  };
  assert.equal(definitions(acknowledged, "2025-11-25"), ["ServerNotification"]);
});

test("the modern revision has no requests from the server", () => {
  const request = { jsonrpc: "2.0", id: 1, method: "ping" };
  assert.equal(definitions(request, "2025-11-25"), []);
  assert.equal(definitions(request, "2026-07-28"), ["JSONRPCMessage"]);
});

test("errors are judged, and the modern ones by their code", () => {
  assert.equal(definitions(failed(-32602, 1), "2025-11-25"), []);
  assert.equal(definitions(failed(1.5, 1), "2025-11-25"), ["JSONRPCErrorResponse"]);
  assert.equal(definitions(failed(-32022, 1), "2026-07-28"), ["UnsupportedProtocolVersionError"]);
  assert.equal(definitions(failed(-32022, 1, { supported: ["2026-07-28"], requested: "x" }), "2026-07-28"), []);
});

test("an error may have no id, or null, in every revision; a result may not", () => {
  for (const revision of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] as const) {
    assert.equal(definitions(failed(-32700), revision), [], revision);
    assert.equal(definitions(failed(-32700, null), revision), [], revision);
    assert.is(definitions({ ...response({ resultType: "complete" }), id: null }, revision).length, 1, revision);
  }
});

test("batches exist in 2025-03-26 alone, and are never empty", () => {
  assert.equal(definitions([response({})], "2025-03-26"), []);
  assert.equal(definitions([], "2025-03-26"), ["JSONRPCBatchResponse"]);
  assert.equal(definitions([response({})], "2025-06-18"), ["JSONRPCMessage"]);
});

test("what is no object is no message", () => {
  for (const value of [1, "a", null]) assert.equal(definitions(value, "2025-11-25"), ["JSONRPCMessage"]);
});

test("messages of the tasks extension are judged by its own schema, in the modern revision", () => {
  const task = { taskId: "t", status: "working", createdAt: "x", lastUpdatedAt: "x", ttlMs: null };
  const created = { resultType: "task", ...task };
  assert.equal(judge.server(response(created), "2026-07-28", "tools/call"), []);
  assert.equal(definitions(response({ ...created, taskId: 5 }), "2026-07-28", "tools/call"), ["CreateTaskResult"]);
  assert.equal(definitions({ id: 1, result: created }, "2026-07-28", "tools/call"), ["JSONRPCResultResponse"]);
  const shown = { resultType: "complete", ...task };
  assert.equal(judge.server(response(shown), "2026-07-28", "tasks/get"), []);
  assert.equal(definitions(response(created), "2026-07-28", "tasks/get"), ["GetTaskResult"]);
  assert.equal(definitions(response({ ...shown, status: "failed" }), "2026-07-28", "tasks/get"), ["GetTaskResult"]);
  const told = (params: Json) => ({ jsonrpc: "2.0", method: "notifications/tasks", params });
  assert.equal(judge.server(told(task), "2026-07-28"), []);
  assert.equal(definitions(told({ taskId: "t" }), "2026-07-28"), ["TaskStatusNotification"]);
});

test("the tasks of 2025-11-25 are judged by its schema", () => {
  const task = { taskId: "t", status: "working", createdAt: "x", lastUpdatedAt: "x", ttl: null };
  assert.equal(judge.server(response({ task }), "2025-11-25", "tools/call"), []);
  assert.equal(definitions(response({ task: { taskId: "t" } }), "2025-11-25", "tools/call"), ["CreateTaskResult"]);
  assert.equal(definitions(response({ ...task, status: "done" }), "2025-11-25", "tasks/get"), ["GetTaskResult"]);
});

test("the schemas of tools are judged by the meta-schema of their dialect", () => {
  const listing = (inputSchema: Json) => response({ tools: [{ name: "a", inputSchema }] });
  const of = (inputSchema: Json) => definitions(listing(inputSchema), "2025-11-25", "tools/list");
  assert.equal(of({ type: "object", properties: { a: { type: "string" } } }), []);
  assert.equal(of({ type: "object", properties: { a: { type: "sting" } } }), ["JSON Schema"]);
  const draft = "http://json-schema.org/draft-07/schema#";
  assert.equal(of({ $schema: draft, type: "object", properties: { a: { minLength: 1 } } }), []);
  assert.equal(of({ $schema: draft, type: "object", properties: { a: { minLength: -1 } } }), ["JSON Schema"]);
  assert.equal(of({ $schema: "https://example.com/own", type: "object", properties: { a: { type: "sting" } } }), []);
  const early = listing({ type: "object", properties: { a: { type: "sting" } } });
  assert.equal(definitions(early, "2025-06-18", "tools/list"), []);
});

test("annotations that repeat parameters in headers are judged where the revision has them", () => {
  const more = { resultType: "complete", ttlMs: 0, cacheScope: "private" };
  const listing = (properties: Json, rest: Record<string, Json> = {}) =>
    response({ ...more, tools: [{ name: "a", inputSchema: { type: "object", properties, ...rest } }] });
  const of = (...args: Parameters<typeof listing>) =>
    judge.server(listing(...args), "2026-07-28", "tools/list").map(({ text }) => text.replace(/^.*?" /, ""));
  const at = (name: Json, type = "string") => ({ type, "x-mcp-header": name });
  assert.equal(of({ a: at("A"), b: at("B", "integer"), c: { type: "object", properties: { d: at("D", "boolean") } } }), []);
  assert.equal(of({ "x-mcp-header": { type: "string", default: { "x-mcp-header": "" } } }), []);
  for (const name of ["", "A B", "A:", "A\r\n", "Ä"]) assert.equal(of({ a: at(name) }), ["is no HTTP token"], name);
  assert.equal(of({ a: at("Same"), b: at("same") }), ["is given twice"]);
  for (const type of ["number", "object", "array"]) assert.equal(of({ a: at("A", type) }).length, 1, type);
  const lost = ["stands where properties alone do not lead"];
  assert.equal(of({ a: { type: "array", items: at("A") } }), lost);
  assert.equal(of({ a: { anyOf: [at("A")] } }), lost);
  assert.equal(of({}, { $defs: { a: at("A") } }), lost);
  assert.equal(of({}, { then: { properties: { a: at("A") } } }), lost);
  assert.equal(definitions(listing({ a: at("") }), "2025-11-25", "tools/list"), []);
});

test.run();
