import type { FromSchema } from "./infer.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** A second call without arguments is right only where the type is exactly that of the schema. */
type Same<A, B> = Equal<A, B> extends true ? [] : [A, B];
declare function of<const S>(schema: S): <T>(...same: Same<FromSchema<S>, T>) => void;

// Simple types, and lists of them
of({ type: "string", minLength: 2 })<string>();
of({ type: "integer" })<number>();
of({ type: "number" })<number>();
of({ type: "boolean" })<boolean>();
of({ type: "null" })<null>();
of({ type: ["string", "null"] })<string | null>();
of({ type: ["string", "number", "boolean"] } as const)<string | number | boolean>();
// @ts-expect-error: null is not among them
of({ type: ["string", "null"] })<string>();
// @ts-expect-error: a string is no number
of({ type: "number" })<string>();

// enum, const
of({ enum: ["a", "b", 3, null] })<"a" | "b" | 3 | null>();
of({ type: "string", enum: ["a", "b"] })<"a" | "b">();
of({ const: "x" })<"x">();
of({ type: "integer", const: 7 })<7>();

// Nothing said
of(true)<unknown>();
of(false)<never>();
of({})<unknown>();
of({ description: "anything" })<unknown>();
of({ not: { type: "string" }, if: true, then: false })<unknown>();

// Objects
of({ type: "object" })<Record<string, unknown>>();
of({ type: "object", properties: {} })<Record<string, unknown>>();
of({ type: "object", additionalProperties: false })<Record<string, never>>();
of({ type: "object", additionalProperties: { type: "number" } })<Record<string, number>>();
of({ type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a"] })<{
  a: string;
  b?: number;
}>();
// @ts-expect-error: b is not required
of({ type: "object", properties: { b: { type: "number" } } })<{ b: number }>();
of({ properties: { a: true }, required: ["a"], additionalProperties: false })<{ a: unknown }>();
of({ type: "object", properties: { a: { type: "string" } }, required: ["a", "z"] })<{ a: string; z: {} | null }>();
of({ type: "object", properties: { a: { type: "string" } }, additionalProperties: true })<{
  a?: string;
  [name: string]: unknown;
}>();
of({ type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "number" } })<{
  a?: string;
  [name: string]: string | number | undefined;
}>();
of({ properties: { a: { type: "string" } }, required: ["a"], additionalProperties: { type: "number" } })<{
  a: string;
  [name: string]: string | number;
}>();
of({ type: "object", patternProperties: { "^x": { type: "string" } }, additionalProperties: false })<
  Record<string, unknown>
>();
of({
  type: "object",
  properties: { a: { properties: { b: { type: "array", items: { type: "string" } } }, required: ["b"] } },
})<{ a?: { b: string[] } }>();
of({ type: ["object", "null"], properties: { a: { type: "string" } } })<{ a?: string } | null>();
const constant = { type: "object", properties: { a: { type: "string" } }, required: ["a"] } as const;
of(constant)<{ a: string }>();

// Arrays
of({ type: "array" })<unknown[]>();
of({ type: "array", items: { enum: [1, 2] } })<(1 | 2)[]>();
of({ items: { type: "string" } })<string[]>();
of({ type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false })<[string?, number?]>();
of({ type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } })<[string?, ...number[]]>();
of({ type: "array", prefixItems: [{ type: "string" }] })<[string?, ...unknown[]]>();

// anyOf, oneOf, allOf
of({ anyOf: [{ type: "string" }, { type: "number" }] })<string | number>();
of({ oneOf: [{ const: "a" }, { type: "null" }] })<"a" | null>();
of({ type: "string", anyOf: [{ minLength: 3 }, { maxLength: 1 }] })<string>();
of({
  oneOf: [
    { type: "object", properties: { kind: { const: "a" }, n: { type: "number" } }, required: ["kind", "n"] },
    { type: "object", properties: { kind: { const: "b" } }, required: ["kind"] },
  ],
})<{ kind: "a"; n: number } | { kind: "b" }>();
of({
  allOf: [
    { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
    { type: "object", properties: { b: { type: "number" } } },
  ],
})<{ a: string; b?: number }>();
of({
  type: "object",
  properties: { a: { type: "string" }, b: { type: "string" } },
  anyOf: [{ required: ["a"] }, { required: ["b"] }],
})<{ a: string; b?: string } | { a?: string; b: string }>();

// $ref
of({ $ref: "#/$defs/name", $defs: { name: { type: "string" } } })<string>();
of({ type: "object", properties: { n: { $ref: "#/definitions/n" } }, definitions: { n: { type: "integer" } } })<{
  n?: number;
}>();
of({ type: "object", properties: { n: { $ref: "#/$defs/gone" }, m: { $ref: "https://elsewhere" } }, $defs: {} })<{
  n?: unknown;
  m?: unknown;
}>();
// A reference that only leads to itself ends
of({ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } })<unknown>();
of({ $ref: "#" })<unknown>();
of({ anyOf: [{ type: "string" }, { $ref: "#" }] })<unknown>();

const tree = {
  type: "object",
  properties: { value: { type: "number" }, children: { type: "array", items: { $ref: "#" } } },
  required: ["value", "children"],
} as const;
declare const node: FromSchema<typeof tree>;
export const deep: number | undefined = node.children[0]?.children[1]?.children[2]?.children[3]?.children[4]?.value;
// @ts-expect-error: a node's children are nodes
export const shallow: number | undefined = node.children[0]?.children[1];

const json = {
  $ref: "#/$defs/json",
  $defs: {
    json: {
      anyOf: [
        { type: ["string", "number", "boolean", "null"] },
        { type: "array", items: { $ref: "#/$defs/json" } },
        { type: "object", additionalProperties: { $ref: "#/$defs/json" } },
      ],
    },
  },
} as const;
export const value: FromSchema<typeof json> = { a: [1, "b", { c: null }] };
// @ts-expect-error: a function is no JSON
export const wrong: FromSchema<typeof json> = { a: [1, { c: () => 1 }] };

// Schemas of which nothing is known
declare const wide: { record: Record<string, unknown>; object: object; any: any; type: { type: string } };
of(wide.record)<Record<string, unknown>>();
of(wide.object)<Record<string, unknown>>();
of(wide.any)<Record<string, unknown>>();
of(wide.type)<Record<string, unknown>>();
of({ type: "object", properties: { a: wide.record }, required: ["a"] })<{ a: unknown }>();
