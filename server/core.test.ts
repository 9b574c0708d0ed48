import { test } from "uvu";
import * as assert from "uvu/assert";
import { versions } from "../protocol/revisions/index.js";
import {
  asking,
  changes,
  createServer,
  extensions,
  logging,
  logic,
  metadata,
  patterns,
  ranges,
  resources,
  schemas,
  tasks,
  tools,
} from "./core.js";
import { everything } from "./features/index.js";
import { Client, connected, legacy, modernVersion, type Any } from "./wire.test.kit.js";

const info = { name: "s", version: "1" };
const number = { type: "object", properties: { a: { type: "number" } }, required: ["a"] } as const;
const small = () => {
  const server = createServer(info, { features: [tools] });
  server.tool("double", { input: number }, ({ a }) => 2 * a);
  return server as Any;
};

test("a server of tools alone offers tools, checks arguments and knows no other method, in every revision", async () => {
  for (const version of versions) {
    const client = await connected(small(), version);
    const ask = (method: string, params: Any = {}) => client.askIn(version, method, params);
    assert.equal((await ask("tools/list")).result.tools[0].name, "double");
    assert.equal((await ask("tools/call", { name: "double", arguments: { a: 21 } })).result.content[0].text, "42");
    const wrong = await ask("tools/call", { name: "double", arguments: { a: "x" } });
    assert.match(wrong.error?.message ?? wrong.result.content[0].text, '"/a" must be a number, got a string "x"');
    for (const method of ["resources/list", "prompts/get", "completion/complete", "logging/setLevel", "tasks/list"])
      assert.is((await ask(method)).error?.code, -32601, `${version} ${method}`);
  }
  const { result } = await new Client(small()).askModern("server/discover");
  assert.equal(result.capabilities, { tools: {} });
  assert.is((await new Client(small()).askModern("subscriptions/listen", { notifications: {} })).error.code, -32601);
});

test("what a feature brings is there with it, and the compiler knows", async () => {
  const server = createServer(info, { features: [tools, resources, changes, logging] });
  server.resource("x://a", {}, (_, ctx) => (ctx.log("info", "read"), "a"));
  server.tool("t", {}, (_, ctx) => {
    // @ts-expect-error: nothing here asks
    return typeof ctx.elicit;
  });
  // @ts-expect-error: no prompts
  assert.is(server.prompt, undefined);
  server.changed("tools");
  const { result } = await new Client(server as Any).askModern("server/discover");
  assert.equal(result.capabilities, {
    logging: {},
    resources: { subscribe: true, listChanged: true },
    tools: { listChanged: true },
  });
});

test("tasks without what they need are refused when the server is made, in whatever order the features come", () => {
  for (const [features, missing] of [
    [[tools, asking, tasks], "extensions"],
    [[tools, tasks, extensions], "asking"],
  ] as const)
    assert.throws(
      () => createServer(info, { features: features as Any }),
      `The feature tasks needs the feature "${missing}"`,
    );
  createServer(info, { features: [tasks, tools, extensions, asking] }).tool("t", { task: "always" }, () => "x");
});

test("what needs a feature that is not there says which", async () => {
  const server = small();
  const definitions: Any = {
    metadata: { _meta: { "com.example/a": 1 } },
    asking: { requestState: { once: true } },
    tasks: { task: "always" },
    standardSchemas: { input: { "~standard": { version: 1, vendor: "v", validate: () => ({ value: 1 }) } } },
    paramHeaders: {
      input: { type: "object", properties: { a: { type: "string", "x-mcp-header": "A" } } },
    },
  };
  for (const [feature, definition] of Object.entries(definitions)) {
    assert.throws(
      () => server.tool("t", definition, () => 1),
      new RegExp(`Tool "t": .*needs the feature "${feature}" of barewire/core`),
    );
  }
  assert.throws(() => createServer({ ...info, icons: [] }, { features: [] }), /icons needs the feature "metadata"/);
  assert.throws(
    () => createServer(info, { features: [], limits: { maxTasks: 1 } }),
    /maxTasks: there is no such limit/,
  );
  const uses: Any = {
    asking: (ctx: Any) => ctx.elicit("who", { message: "?", schema: { type: "object", properties: {} } }),
    logging: (ctx: Any) => ctx.log("info", 1),
    progress: (ctx: Any) => ctx.progress(1),
    metadata: (ctx: Any) => ctx.trace,
    resources: (ctx: Any) => ctx.readResource("x://a"),
    tasks: (ctx: Any) => ctx.detach(),
  };
  for (const [feature, use] of Object.entries<Any>(uses)) {
    server.tool(feature, {}, (_: Any, ctx: Any) => use(ctx));
    const { result } = await new Client(server).askModern("tools/call", { name: feature });
    assert.match(result.content[0].text, new RegExp(`^ctx\\.\\w+ needs the feature "${feature}" of barewire/core$`));
  }
});

test("a keyword that is not in the build is refused, wherever it stands, and known with its feature", () => {
  const keywords: Any = {
    logic: { anyOf: [{ type: "string" }] },
    patterns: { pattern: "^a+$" },
    ranges: { minLength: 1 },
    schemas: { $ref: "#/$defs/a" },
  };
  const brings: Any = { logic, patterns, ranges, schemas };
  for (const [feature, property] of Object.entries(keywords)) {
    const input = { type: "object", properties: { deep: { type: "array", items: property } } };
    const define = (features: Any) =>
      (createServer(info, { features }) as Any).tool(
        "t",
        { input: { ...input, ...(feature === "schemas" ? { $defs: { a: {} } } : {}) } },
        () => 1,
      );
    assert.throws(() => define([tools]), new RegExp(`needs the feature "${feature}"`));
    assert.ok(define([tools, brings[feature]]));
    assert.ok(define([tools, schemas]));
  }
  const define = (input: Any, options = {}) =>
    (createServer(info, { features: [tools], ...options }) as Any).tool(
      "t",
      { input: { type: "object", ...input } },
      () => 1,
    );
  assert.throws(() => define({ enum: [{}] }), /needs the feature "schemas"/);
  assert.throws(() => define({ $schema: "http://json-schema.org/draft-07/schema#" }), /needs the feature "schemas"/);
  assert.throws(() => define({}, { schemas: { formats: "assert" } }), /formats needs the feature "schemas"/);
  assert.ok(
    define({ $schema: "https://json-schema.org/draft/2020-12/schema", "x-own": 1, properties: { format: {} } }),
  );
});

test("a state that nobody gave out is refused where nothing asks", async () => {
  const { error } = await new Client(small()).askModern("tools/call", { name: "double", requestState: "forged" });
  assert.is(error.code, -32602);
  for (const version of legacy) {
    const client = await connected(small(), version);
    const params = { name: "double", arguments: { a: 1 }, requestState: "means nothing here" };
    assert.is((await client.askIn(version, "tools/call", params)).result.content[0].text, "2");
  }
});

test("all features together are what createServer of barewire makes", async () => {
  assert.ok([asking, metadata, tools].every((feature) => (everything as readonly unknown[]).includes(feature)));
  const names = everything.map(({ name }) => name as string);
  assert.is(new Set(names).size, names.length);
  assert.is(modernVersion, versions.at(-1));
});

test.run();
