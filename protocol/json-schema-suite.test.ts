// The official JSON Schema test suite: every required test of the two dialects.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile, type CompileOptions } from "./json-schema.js";

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
        for (const { message } of errors) if (!message) outcome = "invalid without a message";
      } catch (error) {
        outcome = String(error);
      }
      if (outcome !== (each.valid ? "valid" : "invalid")) wrong.push(`${description} / ${each.description}: ${outcome}`);
    }
  }
  return { total, wrong };
}

const dialects = [
  { name: "draft2020-12", dialect: "2020-12", files: 46, tests: 1299 },
  { name: "draft7", dialect: "draft-07", files: 37, tests: 927 },
] as const;

if (folder === undefined) {
  console.log("skipped: JSON_SCHEMA_TEST_SUITE is not set");
  test("the official suite", () => undefined);
} else {
  assert.ok(existsSync(folder), `JSON_SCHEMA_TEST_SUITE names no folder: ${folder}`);
  const schemas = remotes(join(folder, "remotes"));
  for (const { name, dialect, files, tests } of dialects) {
    test(`${name}: every required test`, () => {
      const names = readdirSync(join(folder, name)).filter((file) => file.endsWith(".json"));
      const results = names.map((file) => run(join(folder, name, file), { schemas, defaultDialect: dialect }));
      assert.equal(results.flatMap(({ wrong }) => wrong), []);
      assert.is(names.length, files);
      assert.is(results.reduce((sum, { total }) => sum + total, 0), tests);
    });
  }
}

test.run();
