// The committed schemas give the verdicts of the specification's own on instances made from those: the smallest, the
// fullest, one for each branch of a union, and each of them with one thing wrong. Set SPEC_DIR to the specification.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { test } from "uvu";
import * as assert from "uvu/assert";

type Json = Record<string, any>;

const specification = process.env.SPEC_DIR;
const schemas: [own: string, official: string][] = [
  ["2024-11-05.json", "2024-11-05/schema.json"],
  ["2025-03-26.json", "2025-03-26/schema.json"],
  ["2025-06-18.json", "2025-06-18/schema.json"],
  ["2025-11-25.json", "2025-11-25/schema.json"],
  ["2026-07-28.json", "2026-07-28/schema.json"],
  ["tasks.json", "extensions/tasks/schema.json"],
];

class Definitions {
  readonly byName: Record<string, Json>;
  readonly #key: string;
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();
  constructor(file: string) {
    const { $id: _, ...schema } = JSON.parse(readFileSync(file, "utf8")) as Json;
    this.#key = "$defs" in schema ? "$defs" : "definitions";
    this.byName = schema[this.#key];
    const options = { validateFormats: false, strict: false };
    this.#ajv = this.#key === "$defs" ? new Ajv2020(options) : new Ajv(options);
    this.#ajv.addSchema(schema, "schema");
  }
  accepts(name: string, value: unknown): boolean {
    let validate = this.#compiled.get(name);
    if (!validate) this.#compiled.set(name, (validate = this.#ajv.compile({ $ref: `schema#/${this.#key}/${name}` })));
    return validate(value);
  }
  follow(schema: Json): Json {
    let at = schema;
    while (typeof at.$ref === "string") at = this.byName[at.$ref.split("/").at(-1) as string] ?? {};
    return at;
  }
}

/** Below this depth only the smallest instance of a schema is made, so that recursion ends. */
const DEPTH = 5;
/** More items than any list may have. */
const MANY = 101;

/** Instances of a schema, the smallest first: one at least, one for each branch, and one with all members. */
function instances(schema: Json, definitions: Definitions, depth = 0): unknown[] {
  const at = definitions.follow(schema);
  if ("const" in at) return [at.const];
  if (at.enum) return depth < 2 ? at.enum : at.enum.slice(0, 1);
  const branches: Json[] | undefined = at.anyOf ?? at.oneOf ?? typesOf(at);
  if (branches) {
    // A recursive branch may come first: at the bottom, the last one ends the recursion.
    const tried = depth < DEPTH ? branches : branches.slice(-1);
    return tried.flatMap((branch) => instances(branch, definitions, depth + 1).slice(0, depth < 2 ? undefined : 1));
  }
  if (at.allOf) {
    const parts: unknown[][] = at.allOf.map((part: Json) => instances(part, definitions, depth + 1));
    const count = Math.max(...parts.map((part) => part.length));
    return Array.from({ length: count }, (_, n) => Object.assign({}, ...parts.map((part) => part[n] ?? part.at(-1))));
  }
  if (at.type === "object" || at.properties) return objects(at, definitions, depth);
  if (at.type === "array") {
    if (depth >= DEPTH) return [[]];
    const items = instances(at.items ?? {}, definitions, depth + 1);
    return [[], ...items.map((item) => [item]), ...(depth < 3 ? [new Array(MANY).fill(items[0])] : [])];
  }
  const simple: Json = { string: "text", integer: at.minimum ?? 1, number: 0.5, boolean: true, null: null };
  return [at.type in simple ? simple[at.type] : {}];
}

const typesOf = (schema: Json): Json[] | undefined =>
  Array.isArray(schema.type) ? schema.type.map((type: string) => ({ ...schema, type })) : undefined;

function objects(schema: Json, definitions: Definitions, depth: number): Json[] {
  const smallest: Json = {};
  const fullest: Json = {};
  const variants: Json[] = [];
  for (const [name, member] of Object.entries<Json>(schema.properties ?? {})) {
    const needed = (schema.required ?? []).includes(name);
    if (!needed && depth >= DEPTH) continue;
    const [first, ...others] = instances(member, definitions, depth + 1);
    fullest[name] = first;
    if (needed) smallest[name] = first;
    for (const other of others) variants.push({ [name]: other });
  }
  if (depth < DEPTH && schema.additionalProperties && typeof schema.additionalProperties === "object") {
    const [first, ...others] = instances(schema.additionalProperties, definitions, depth + 1);
    if (!("not" in schema.additionalProperties)) fullest.another = first;
    for (const other of others) variants.push({ another: other });
  }
  const varied = depth < 2 ? variants : variants.slice(-1);
  return [smallest, fullest, ...varied.map((variant) => ({ ...smallest, ...variant }))];
}

const wrong: unknown[] = [null, true, 0, 1.5, -1, "text", "", [], {}, [{}], { member: 1 }];

/** Every copy of a value with one thing changed in it: a member left out or added, or a value of another type. */
function* mutants(value: unknown): Generator<unknown> {
  yield* wrong;
  if (Array.isArray(value)) {
    const tried = value.length < MANY ? value : [];
    for (const [n, item] of tried.entries()) for (const other of mutants(item)) yield value.with(n, other);
  } else if (typeof value === "object" && value !== null) {
    yield { ...value, unknownMember: 1 };
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Json;
      yield rest;
      for (const other of mutants(member)) yield { ...value, [name]: other };
    }
  }
}

if (!specification) {
  console.log("skipped: agreement with the specification's schemas (SPEC_DIR is not set)");
  test("the schemas can be compiled", () => {
    for (const [file] of schemas) {
      const own = new Definitions(`protocol/schema/${file}`);
      for (const name of Object.keys(own.byName)) own.accepts(name, {});
    }
  });
}
for (const [file, officialFile] of specification ? schemas : []) {
  test(`${file} agrees with the specification's schema`, () => {
    const path = join(specification as string, officialFile);
    assert.ok(existsSync(path), `SPEC_DIR has no ${officialFile}: ${specification}`);
    const own = new Definitions(`protocol/schema/${file}`);
    const official = new Definitions(path);
    const differing: string[] = [];
    let [accepted, refused] = [0, 0];
    for (const name of Object.keys(official.byName)) {
      if (!(name in own.byName)) {
        differing.push(`${name} is missing`);
        continue;
      }
      const seen = new Set<string>();
      for (const instance of instances({ $ref: `#/any/${name}` }, official)) {
        for (const value of [instance, ...mutants(instance)]) {
          const text = JSON.stringify(value);
          if (seen.has(text)) continue;
          seen.add(text);
          const verdict = official.accepts(name, value) ? "accepted" : "refused";
          if (verdict === "accepted") accepted += 1;
          else refused += 1;
          if (own.accepts(name, value) !== (verdict === "accepted")) differing.push(`${name}: ${verdict} ${text}`);
        }
      }
    }
    console.log(`${file}: ${accepted} instances accepted, ${refused} refused`);
    const extra = Object.keys(own.byName).filter((name) => !(name in official.byName));
    assert.equal(differing.slice(0, 20), [], `${differing.length} verdicts differ`);
    assert.equal(extra, [], "types that the specification does not name");
    assert.ok(accepted > 1000 && refused > 1000, `too few instances: ${accepted} accepted, ${refused} refused`);
  });
}

test.run();
