import { test } from "uvu";
import * as assert from "uvu/assert";
import { TIMING } from "./dialogue.js";
import { declares, takeInventory } from "./inventory.js";
import type { Json } from "./trace.js";
import { memorySubject } from "./wires/memory.js";

const capabilities: Json = {
  tools: {},
  logging: false,
  tasks: { requests: { tools: { call: {} } } },
  extensions: { "io.modelcontextprotocol/tasks": {}, "com.example/off": false, com: { example: {} } },
};

const paths: readonly (readonly [string, boolean])[] = [
  ["tools", true],
  ["tools.listChanged", false],
  ["logging", false],
  ["tasks.requests.tools.call", true],
  ["tasks.requests.sampling.createMessage", false],
  ["extensions", true],
  ["extensions.io.modelcontextprotocol/tasks", true],
  ["extensions.io.modelcontextprotocol/other", false],
  ["extensions.com.example/off", false],
  // A dot of an identifier is no level.
  ["extensions.com.example", false],
];

for (const [path, expected] of paths)
  test(`${path} is ${expected ? "" : "not "}declared`, () => {
    assert.is(declares({ capabilities }, path), expected);
    assert.is(declares({ capabilities: undefined }, path), false);
  });

test("a list that is never answered hides neither what was declared nor the other lists", async () => {
  const answers: Record<string, Json> = {
    initialize: {
      protocolVersion: "2025-11-25",
      capabilities: { tools: {}, resources: {} },
      serverInfo: { name: "s", version: "1" },
    },
    "resources/list": { resources: [{ uri: "test://a", name: "a" }] },
  };
  const subject = await memorySubject(() => ({
    connect: (receive) => ({
      send(text) {
        const { id, method } = JSON.parse(text) as { id?: Json; method: string };
        if (id !== undefined && method !== "tools/list")
          receive({ jsonrpc: "2.0", id, ...(answers[method] ? { result: answers[method] } : { error: {} }) });
      },
      close: () => undefined,
    }),
  }));
  const inventory = await takeInventory(subject, "2025-11-25", { ...TIMING, timeoutMs: 30 });
  assert.equal(inventory?.capabilities, { tools: {}, resources: {} });
  assert.equal([[...(inventory?.tools ?? [])], [...(inventory?.resources ?? [])]], [[], ["test://a"]]);
});

test.run();
