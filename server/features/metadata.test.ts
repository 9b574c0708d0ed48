import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer } from "../index.js";

type Any = any;
const make = (info: object = {}) => createServer({ name: "s", version: "1", ...info } as Any);
const places: Record<string, (more: Any) => unknown> = {
  tool: (more) => make().tool("t", more, () => "x"),
  resource: (more) => make().resource("x://y", more, () => "x"),
  template: (more) => make().resource("x://{y}", more, () => "x"),
  prompt: (more) => make().prompt("p", more, () => "x"),
};

for (const [place, register] of Object.entries(places)) {
  test(`${place}: what follows the rules is taken`, () => {
    register({
      icons: [
        { src: "https://example.com/i.png", mimeType: "image/png", sizes: ["48x48", "any"], theme: "dark" },
        { src: "data:image/png;base64,AA==" },
      ],
      _meta: {
        "com.example/key": 1,
        "com.example.mcp/x": 1,
        plain: 1,
        "a-b_c.d": 1,
        "io.modelcontextprotocol/related": {},
        "x.y/": 1,
        ui: {},
      },
    });
  });

  for (const [why, more] of [
    ["bad key!", { _meta: { "bad key!": 1 } }],
    ["-x", { _meta: { "-x": 1 } }],
    ["1a.b/x", { _meta: { "1a.b/x": 1 } }],
    ["com.mcp.tools/x", { _meta: { "com.mcp.tools/x": 1 } }],
    ["_meta", { _meta: "x" }],
    ["src", { icons: [{}] }],
    ["list", { icons: "x" }],
    ["javascript:", { icons: [{ src: "javascript:alert(1)" }] }],
    ["sizes", { icons: [{ src: "https://a", sizes: "48x48" }] }],
    ["theme", { icons: [{ src: "https://a", theme: "pink" }] }],
  ] as const) {
    test(`${place}: refuses ${JSON.stringify(more)}`, () => {
      assert.throws(
        () => register(more),
        (error: Error) => error instanceof TypeError && error.message.includes(why),
      );
    });
  }
}

test("trace context in _meta has its format", () => {
  const server = createServer({ name: "s", version: "1" });
  let made = 0;
  const make = (_meta: Any) => () => server.tool(`t${++made}`, { _meta }, () => "");
  assert.throws(make({ traceparent: "x" }), /_meta\.traceparent must have the format/);
  assert.throws(make({ baggage: "=" }), /_meta\.baggage must have the format/);
  make({ baggage: "a=b" })();
});

test("annotations of resources and of tools", () => {
  places.resource!({ annotations: { audience: ["user"], priority: 1, lastModified: "2025-01-12T15:00:58Z" } });
  for (const annotations of [{ priority: 2 }, { audience: ["robot"] }, { lastModified: "yesterday" }, "x"]) {
    assert.throws(() => places.resource!({ annotations }), /annotations/);
    assert.throws(() => places.template!({ annotations }), /annotations/);
  }
  places.tool!({ annotations: { title: "T", readOnlyHint: true } });
  for (const annotations of [{ readOnlyHint: "yes" }, { title: 5 }, []])
    assert.throws(() => places.tool!({ annotations }), /annotations/);
});

test("the server's own icons", () => {
  make({ icons: [{ src: "https://example.com/i.png" }] });
  assert.throws(() => make({ icons: [{ src: "file:///i.png" }] }), /icon/);
});

test("names that break what they should be are told to who asks", () => {
  const advice: string[] = [];
  const server = createServer({ name: "s", version: "1" }, { onAdvice: (text) => advice.push(text) });
  for (const name of ["getUser", "DATA_EXPORT_v2", "admin.tools.list", "two words", "x".repeat(129)])
    server.tool(name, {}, () => "x");
  assert.is(advice.length, 2);
  assert.match(advice[0]!, /two words/);
});

test.run();
