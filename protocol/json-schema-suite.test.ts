// The official JSON Schema test suite: every required test of the two dialects, and the optional ones of the formats
// that are supported.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile, type CompileOptions } from "./json-schema.js";
import { metaSchema } from "./json-schema/meta-schemas.js";

interface Group {
  description: string;
  schema: unknown;
  tests: { description: string; data: unknown; valid: boolean }[];
}

const folder = process.env["JSON_SCHEMA_TEST_SUITE"];
const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function remotes(root: string): Record<string, unknown> {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(files.map((name) => [`http://localhost:1234/${name}`, read(join(root, name))]));
}

/** Runs the tests of one file, and returns how many there are and which do not come out as they should. */
function run(path: string, options: CompileOptions): { total: number; wrong: string[] } {
  const wrong: string[] = [];
  let total = 0;
  for (const { description, schema, tests } of read(path) as Group[]) {
    for (const each of tests) {
      total++;
      let outcome: string;
      try {
        const errors = compile(schema, options)(each.data);
        outcome = errors.length === 0 ? "valid" : "invalid";
        // What a check refuses, the explanation must account for: "schema" says only that it is not valid.
        if (errors.some(({ keyword }) => keyword === "schema")) outcome = "invalid without a reason";
      } catch (error) {
        outcome = String(error);
      }
      if (outcome !== (each.valid ? "valid" : "invalid"))
        wrong.push(`${description} / ${each.description}: ${outcome}`);
    }
  }
  return { total, wrong };
}

const dialects = [
  { name: "draft2020-12", dialect: "2020-12", files: 46, tests: 1299 },
  { name: "draft7", dialect: "draft-07", files: 37, tests: 927 },
] as const;

const formats = [
  "date-time",
  "date",
  "time",
  "duration",
  "email",
  "uri",
  "uri-reference",
  "uuid",
  "ipv4",
  "ipv6",
  "hostname",
  "regex",
  "ecmascript-regex",
  "json-pointer",
  "unknown",
];

/** What an A-label decodes to is not looked at: that takes the tables of IDNA. */
const beyond = "validation of A-label (punycode) host names";

test("the meta-schemas accept themselves", () => {
  for (const [uri, dialect] of [
    ["https://json-schema.org/draft/2020-12/schema", "2020-12"],
    ["http://json-schema.org/draft-07/schema#", "draft-07"],
  ] as const) {
    const check = compile({ $ref: uri }, { defaultDialect: dialect, formats: "assert" });
    assert.equal(check(metaSchema(uri.replace("#", ""))), []);
    assert.is(check({ properties: { a: { minLength: -1 } } })[0]?.path, "/properties/a/minLength");
    assert.is(check({ allOf: [{ not: { type: "strin" } }] })[0]?.path, "/allOf/0/not/type");
    assert.is(check({ $defs: { a: 1 }, definitions: { a: 1 } }).length, dialect === "2020-12" ? 2 : 1);
  }
});

if (folder === undefined) {
  console.log("skipped: JSON_SCHEMA_TEST_SUITE is not set");
} else {
  assert.ok(existsSync(folder), `JSON_SCHEMA_TEST_SUITE names no folder: ${folder}`);
  const schemas = remotes(join(folder, "remotes"));
  for (const { name, dialect, files, tests } of dialects) {
    test(`${name}: every required test`, () => {
      const names = readdirSync(join(folder, name)).filter((file) => file.endsWith(".json"));
      const results = names.map((file) => run(join(folder, name, file), { schemas, defaultDialect: dialect }));
      assert.equal(
        results.flatMap(({ wrong }) => wrong),
        [],
      );
      assert.is(names.length, files);
      assert.is(
        results.reduce((sum, { total }) => sum + total, 0),
        tests,
      );
    });

    test(`${name}: formats`, () => {
      const results = formats.flatMap((format) => {
        const file = join(folder, name, "optional", "format", `${format}.json`);
        if (dialect === "draft-07" && !existsSync(file)) return [];
        return [run(file, { schemas, defaultDialect: dialect, formats: "assert" })];
      });
      assert.equal(
        results.flatMap(({ wrong }) => wrong).filter((each) => !each.startsWith(beyond)),
        [],
      );
      assert.ok(results.length > 10);
    });
  }
}

test.run();
