// The runtime reads params with small readers of its own and never loads a schema. Here both are asked about the same
// requests: valid ones of every method, and what comes of them by one change.
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeCursor } from "./features/pagination.js";
import { isObject, own } from "../protocol/jsonrpc.js";
import { legacyVersions, modernVersions, revisions, versions } from "../protocol/revisions/index.js";
import { connectMemory } from "../transports/memory.js";
import { createServer, MemoryTaskStore, type Server, type TaskStore } from "./index.js";

type Json = Record<string, unknown>;

const modernMeta = (version: string) => ({
  progressToken: "p",
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientInfo": {
    name: "client",
    version: "1",
    title: "Client",
    description: "d",
    websiteUrl: "https://example.com",
  },
  "io.modelcontextprotocol/clientCapabilities": {
    elicitation: { form: {} },
    sampling: { tools: {} },
    roots: {},
    experimental: { x: {} },
  },
  "io.modelcontextprotocol/logLevel": "error",
});

/** Valid params of each method, with every member that some revision has. */
const valid: Record<string, Json> = {
  initialize: {
    protocolVersion: "2025-11-25",
    capabilities: { roots: { listChanged: true }, sampling: {}, experimental: {} },
    clientInfo: { name: "c", version: "1", title: "C" },
  },
  ping: {},
  "server/discover": {},
  "tools/list": { cursor: writeCursor("tools", { order: 0, index: 0 }) },
  "tools/call": { name: "anything", arguments: { any: "thing" }, task: { ttl: 60_000 } },
  "resources/list": { cursor: writeCursor("resources", { order: 0, index: 0 }) },
  "resources/templates/list": { cursor: writeCursor("resources/templates", { order: 0, index: 0 }) },
  "resources/read": { uri: "test://text" },
  "resources/subscribe": { uri: "test://text" },
  "resources/unsubscribe": { uri: "test://text" },
  "prompts/list": { cursor: writeCursor("prompts", { order: 0, index: 0 }) },
  "prompts/get": { name: "prompt", arguments: { topic: "birds" } },
  "completion/complete": {
    ref: { type: "ref/prompt", name: "prompt" },
    argument: { name: "topic", value: "b" },
    context: { arguments: { other: "x" } },
  },
  "logging/setLevel": { level: "warning" },
  "tasks/get": { taskId: "done" },
  "tasks/result": { taskId: "done" },
  "tasks/cancel": { taskId: "waiting" },
  "tasks/list": { cursor: writeCursor("tasks", { order: 0, index: 0 }) },
  "subscriptions/listen": {
    notifications: {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: ["test://text"],
    },
  },
};

const wrongValues: readonly unknown[] = ["text", 7, 1.5, true, null, [], ["text"], [7], {}, { nested: 1 }];

interface Change {
  readonly what: string;
  /** The keys that lead to the member that was changed. */
  readonly path: readonly string[];
  readonly params: Json;
}

/** Every way to drop, replace or add one member of `params`, however deep. */
function* changes(params: Json): Generator<Change> {
  function* walk(node: unknown, path: readonly string[]): Generator<Change> {
    if (!isObject(node)) return;
    const changed = (edit: (copy: Json) => void): Json => {
      const copy = structuredClone(params);
      edit(path.reduce<Json>((at, name) => at[name] as Json, copy));
      return copy;
    };
    yield {
      what: `unknown member in ${path.join(".") || "params"}`,
      path: [...path, "zzz"],
      params: changed((at) => (at.zzz = 1)),
    };
    for (const name of Object.keys(node)) {
      const here = [...path, name];
      yield { what: `${here.join(".")} dropped`, path: here, params: changed((at) => delete at[name]) };
      for (const value of wrongValues) {
        if (sameKind(value, node[name])) continue;
        yield {
          what: `${here.join(".")} = ${JSON.stringify(value)}`,
          path: here,
          params: changed((at) => (at[name] = value)),
        };
      }
      yield* walk(node[name], here);
    }
  }
  yield* walk(params, []);
}

const kind = (value: unknown) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
const sameKind = (a: unknown, b: unknown) => kind(a) === kind(b) && kind(a) !== "array" && kind(a) !== "object";

/** Where the prose wants something else than the schema says: what the reader has to do, and why. */
interface Difference {
  readonly applies: (version: string, change: Change) => boolean;
  readonly accepted: (change: Change) => boolean;
  readonly sentence: string;
}

const differences: readonly Difference[] = [
  {
    // The older schemas state `_meta` for requests in general and leave it out of most methods' own params.
    applies: (version, { path }) => legacyVersions.includes(version) && path[0] === "_meta",
    accepted: ({ params }) => {
      const meta = own(params, "_meta");
      const token = own(meta, "progressToken");
      return (
        meta === undefined ||
        (isObject(meta) && (token === undefined || typeof token === "string" || Number.isInteger(token)))
      );
    },
    sentence: "2024-11-05/basic/utilities/progress#progress-flow/2: a progress token is a string or an integer",
  },
];

const schemas = new Map<string, (method: string) => ValidateFunction>();
for (const version of versions) {
  const schema = JSON.parse(readFileSync(`protocol/schema/${version}.json`, "utf8")) as Json;
  const definitions = (schema.$defs ?? schema.definitions) as Record<string, Json>;
  const where = schema.$defs ? "$defs" : "definitions";
  const ajv = String(schema.$schema).includes("2020-12")
    ? new Ajv2020({ strict: false, validateFormats: false })
    : new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema(schema, "schema");
  schemas.set(version, (method) => {
    const name = Object.keys(definitions).find(
      (key) => key.endsWith("Request") && own(own(own(definitions[key], "properties"), "method"), "const") === method,
    );
    assert.ok(name, `${version} defines no request for ${method}`);
    return ajv.getSchema(`schema#/${where}/${name}`)!;
  });
}

/** A store with one task that has ended and one that never does. */
function makeStore(): TaskStore {
  const store = new MemoryTaskStore();
  const task = {
    version: "2025-11-25",
    createdAt: Date.now(),
    lastUpdatedAt: Date.now(),
    ttlMs: null,
    pollIntervalMs: 1000,
    restart: "rerun",
    questions: {},
    known: {},
    once: {},
  } as const;
  const request = { id: 1, method: "tools/call", params: { name: "forever" }, clientCapabilities: {} };
  store.put({ ...task, taskId: "done", order: 1, request, status: "completed", result: { content: [] } });
  store.put({ ...task, taskId: "waiting", order: 2, request, status: "working" });
  return store;
}

function makeServer(): Server {
  const server = createServer({ name: "s", version: "1" }, { tasks: { store: makeStore(), listAnonymous: true } });
  server.tool("anything", { input: { type: "object" }, task: "detach" }, () => "done");
  server.tool("forever", { task: { when: "always", restart: "rerun" } }, () => new Promise(() => {}));
  server.resource("test://text", {}, () => "text");
  server.prompt("prompt", { arguments: { topic: { complete: ["birds"] } } }, () => "hello");
  return server;
}

/** The refusal of a request's shape, or undefined when it is taken. */
async function refusalOf(
  version: string,
  method: string,
  params: Json,
): Promise<{ code: number; message: string } | undefined> {
  const received: Json[] = [];
  let wake = () => {};
  const connection = connectMemory(makeServer(), (message) => {
    received.push(message as unknown as Json);
    wake();
  });
  const until = async (test: (message: Json) => boolean): Promise<Json> => {
    for (;;) {
      const found = received.find(test);
      if (found) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  if (legacyVersions.includes(version) && method !== "initialize") {
    const clientInfo = { name: "c", version: "1" };
    connection.send({
      jsonrpc: "2.0",
      id: "init",
      method: "initialize",
      params: { protocolVersion: version, capabilities: {}, clientInfo },
    });
    connection.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }
  connection.send({ jsonrpc: "2.0", id: "it", method, params });
  const answer = await until(
    (message) => message.id === "it" || message.method === "notifications/subscriptions/acknowledged",
  );
  connection.close();
  return answer.error as { code: number; message: string } | undefined;
}

for (const { version, methods } of revisions) {
  for (const [method, rule] of Object.entries(methods)) {
    if (rule.from === "server" || method.startsWith("notifications/")) continue;
    test(`${version} ${method}: the reader and the schema agree`, async () => {
      const judge = schemas.get(version)!(method);
      const base = structuredClone(valid[method]);
      assert.ok(base, `no valid params for ${method}`);
      if (method === "initialize") base.protocolVersion = version;
      if (modernVersions.includes(version)) base._meta = modernMeta(version);
      else base._meta = { progressToken: "p" };
      const disagreements: string[] = [];
      let count = 0;
      const check = async (change: Change) => {
        count += 1;
        const request = { jsonrpc: "2.0", id: "it", method, params: change.params };
        const difference = differences.find(({ applies }) => applies(version, change));
        const accepted = difference ? difference.accepted(change) : judge(request);
        const refusal = await refusalOf(version, method, change.params);
        if (accepted !== (refusal === undefined))
          disagreements.push(
            `${change.what}: schema ${accepted ? "accepts" : "refuses"}, reader ${refusal?.message ?? "accepts"}`,
          );
        else if (refusal && !namesMember(refusal.message, change.path))
          disagreements.push(`${change.what}: the refusal names no member: ${refusal.message}`);
      };
      await check({ what: "valid", path: [], params: base });
      for (const change of changes(base)) await check(change);
      assert.ok(count > Object.keys(valid[method]!).length);
      assert.equal(disagreements, []);
    });
  }
}

/** A refusal names the member, what is wrong within it, or the one that it stands in. */
const namesMember = (message: string, path: readonly string[]): boolean =>
  path.slice(-2).some((name) => message.split('"').some((quoted) => `.${quoted}.`.includes(`.${name}.`)));

test("the differences are few", () => assert.ok(differences.length <= 20));

test.run();
