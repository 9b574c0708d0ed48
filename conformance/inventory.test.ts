import { test } from "uvu";
import * as assert from "uvu/assert";
import { declares } from "./inventory.js";
import type { Json } from "./trace.js";

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

test.run();
