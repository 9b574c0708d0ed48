import { test } from "uvu";
import * as assert from "uvu/assert";
import { connect } from "../../client/test-client.js";
import { createServer, type ServerOptions } from "../index.js";
import type { Repair } from "./weak-hosts.js";

const input = {
  type: "object",
  properties: { n: { $ref: "#/$defs/count" }, text: { type: "string" } },
  $defs: { count: { type: "integer", minimum: 1 } },
} as const;

function made(options: ServerOptions) {
  const server = createServer({ name: "weak", version: "1" }, options);
  server.tool("show", { input }, (args) => JSON.stringify(args));
  return server;
}

for (const revision of ["2025-06-18", "2026-07-28"]) {
  test(`schemas are listed as they are, or by an option without references (${revision})`, async () => {
    const listed = async (options: ServerOptions) => {
      const client = await connect(made(options), { revision });
      return (await client.listTools())[0]!.inputSchema;
    };
    assert.equal(await listed({}), input as never);
    const { properties, $defs } = (await listed({ inlineRefs: true })) as Record<string, unknown>;
    assert.equal([properties, $defs], [{ n: { type: "integer", minimum: 1 }, text: { type: "string" } }, undefined]);
  });

  test(`strings are refused, or by an option read, counted and told (${revision})`, async () => {
    const told: Repair[] = [];
    const call = async (options: ServerOptions, args: Record<string, unknown>) => {
      const client = await connect(made(options), { revision });
      return client.callTool("show", args).then(
        ({ content, isError }) => (isError ? "refused" : (content[0] as { text: string }).text),
        () => "refused",
      );
    };
    const server: ServerOptions = { repairArguments: (repair) => told.push(repair) };
    assert.is(await call({}, { n: "3" }), "refused");
    assert.is(await call(server, { n: "3", text: "3" }), '{"n":3,"text":"3"}');
    assert.equal(told, [{ tool: "show", members: ["/n"], count: 1 }]);
    // What fits is not touched, and what cannot be mended is told of as it came.
    assert.is(await call(server, { n: 3 }), '{"n":3}');
    for (const n of ["0", "many"]) assert.is(await call(server, { n }), "refused");
    assert.is(told.length, 1);
  });
}

test("each call that was repaired counts", async () => {
  const counts: number[] = [];
  const client = await connect(made({ repairArguments: ({ count }) => counts.push(count) }));
  for (const n of ["1", "2", 3, "4"]) await client.callTool("show", { n });
  assert.equal(counts, [1, 2, 3]);
});

test.run();
