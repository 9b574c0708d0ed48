import { test } from "uvu";
import * as assert from "uvu/assert";
import { bearerChallenge } from "../../protocol/scopes.js";
import { readChallenge, readSchemes } from "./challenge.js";

const schemes = (header: string) =>
  readSchemes(header).map(({ scheme, params }) => [scheme, Object.fromEntries(params)] as const);

const headers: readonly [header: string, read: ReturnType<typeof schemes>][] = [
  ["", []],
  ["Bearer", [["bearer", {}]]],
  ['Bearer realm="a"', [["bearer", { realm: "a" }]]],
  ['bEaReR ReAlM="a", ERROR=invalid_token', [["bearer", { realm: "a", error: "invalid_token" }]]],
  ['Bearer scope="a b",error="x , y"', [["bearer", { scope: "a b", error: "x , y" }]]],
  ['Bearer  a = "1" ,  b  =  2 ', [["bearer", { a: "1", b: "2" }]]],
  ['Bearer a="say \\"yes\\" \\\\"', [["bearer", { a: 'say "yes" \\' }]]],
  ['Bearer a="1", a="2"', [["bearer", { a: "1" }]]],
  [
    'Basic realm="x", Bearer scope="a", DPoP algs="ES256"',
    [
      ["basic", { realm: "x" }],
      ["bearer", { scope: "a" }],
      ["dpop", { algs: "ES256" }],
    ],
  ],
  [
    'Negotiate YWJj==, Bearer scope="a"',
    [
      ["negotiate", {}],
      ["bearer", { scope: "a" }],
    ],
  ],
  [
    'Negotiate, , Bearer a="1"',
    [
      ["negotiate", {}],
      ["bearer", { a: "1" }],
    ],
  ],
  ['a="1"', []],
  ['Bearer a="unclosed', [["bearer", {}]]],
  ['Bearer a="1" b="2"', [["bearer", {}]]],
  ["Bearer\u0000", []],
  [`Bearer a="${"x".repeat(20_000)}"`, []],
];

for (const [header, read] of headers) {
  test(`WWW-Authenticate: ${header.slice(0, 60)}`, () => assert.equal(schemes(header), read));
}

test("the challenge for tokens counts, of those a Bearer one first", () => {
  const both = 'Basic scope="no", DPoP scope="d", Bearer scope="a  b", error="insufficient_scope"';
  assert.equal(readChallenge(both), { scope: ["a", "b"], error: "insufficient_scope" });
  assert.equal(readChallenge('DPoP resource_metadata="https://a.example/x"'), {
    resourceMetadata: "https://a.example/x",
  });
  assert.equal(readChallenge('Basic resource_metadata="https://a.example"'), {});
  assert.equal(readChallenge(null), {});
});

test("what a server of this library writes is read", () => {
  const written = bearerChallenge({ scope: "a b", resource_metadata: "https://a.example/x?y=z,w", error: undefined });
  assert.equal(readChallenge(written), { resourceMetadata: "https://a.example/x?y=z,w", scope: ["a", "b"] });
});

test("a header that is made to be slow to read is not", () => {
  const begun = performance.now();
  for (const evil of ['Bearer a="' + "\\".repeat(16_000), "a ".repeat(8_000), `Bearer ${"a=".repeat(8_000)}`])
    readSchemes(evil);
  assert.ok(performance.now() - begun < 2000);
});

test.run();
