import type { Feature } from "./feature.js";
import type { FromSchema } from "./infer.js";
import { named, type Checked, type Checker } from "./input.js";

/** A value that passed, or what was wrong with it. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

/** One thing wrong with a value: a sentence, and the keys that lead to the place. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Gives a schema's JSON Schema; the keys of `libraryOptions` are the library's own. */
export interface StandardJsonSchema {
  readonly input: (options: StandardJsonSchemaOptions) => Record<string, unknown>;
  readonly output: (options: StandardJsonSchemaOptions) => Record<string, unknown>;
}

/** Which dialect is wanted; a library throws for one that it does not write. */
export interface StandardJsonSchemaOptions {
  readonly target: "draft-2020-12" | "draft-07" | "openapi-3.0" | (string & {});
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

/**
 * A schema of any library that implements Standard Schema version 1 (https://standardschema.dev), and, where
 * `jsonSchema` is there, the companion Standard JSON Schema. Known by its shape; no library is imported.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?: StandardJsonSchema | undefined;
  };
}

/**
 * What a handler receives whose arguments the schema `S` describes: the output type of a Standard Schema (what its
 * `validate` gives back, after defaults and transforms), otherwise what the JSON Schema literal accepts.
 */
export type InputOf<S> = unknown extends S
  ? FromSchema<S>
  : S extends { readonly "~standard": { readonly types?: infer Types } }
    ? NonNullable<Types> extends { readonly output: infer Output }
      ? Output
      : unknown
    : FromSchema<S>;

/** A Standard Schema from which no JSON Schema can be had. The library's own error, if any, is the `cause`. */
export class StandardSchemaError extends Error {
  override readonly name = "StandardSchemaError";
  readonly code = "STANDARD_SCHEMA_WITHOUT_JSON_SCHEMA";
}

const isObject = (value: unknown): value is Record<PropertyKey, unknown> =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** Whether the value is a Standard Schema of version 1. Functions may be: some libraries' schemas are callable. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  const standard = isObject(value) ? value["~standard"] : undefined;
  return isObject(standard) && standard["version"] === 1 && typeof standard["validate"] === "function";
}

/**
 * The JSON Schema (2020-12) that a Standard Schema gives of itself: of what it takes in, or of what comes out of it.
 * Throws {@link StandardSchemaError} where the library has no such companion or cannot express this schema; the author
 * then has to pass the JSON Schema too.
 */
export function jsonSchemaOf(schema: StandardSchema, direction: "input" | "output"): Record<string, unknown> {
  const { jsonSchema, vendor } = schema["~standard"];
  const remedy = `Pass the JSON Schema of its ${direction} as well.`;
  const convert = isObject(jsonSchema) ? jsonSchema[direction] : undefined;
  if (typeof convert !== "function") {
    throw new StandardSchemaError(`This schema of "${vendor}" has no ~standard.jsonSchema.${direction}. ${remedy}`);
  }
  let found: unknown;
  try {
    found = jsonSchema![direction]({ target: "draft-2020-12" });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `This schema of "${vendor}" cannot be written as JSON Schema: ${why}. ${remedy}`;
    throw new StandardSchemaError(message, { cause });
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    throw new StandardSchemaError(`This schema of "${vendor}" gave no object as its JSON Schema. ${remedy}`);
  }
  return found as Record<string, unknown>;
}

/** Checks a value by the library itself. */
function check(schema: StandardSchema, value: unknown): Checked | Promise<Checked> {
  const result = schema["~standard"].validate(value);
  return result instanceof Promise ? result.then(fromStandard) : fromStandard(result);
}

function fromStandard(result: StandardResult<unknown>): Checked {
  if (!result.issues) return { value: result.value };
  return {
    problems: result.issues.map(({ message, path }) => {
      const pointer = (path ?? [])
        .map((segment) => String(typeof segment === "object" ? segment.key : segment))
        .join("/");
      return pointer ? `"/${pointer}": ${message}` : message;
    }),
  };
}

/** The checker of a Standard Schema; undefined for what is none. Throws a TypeError that names `where`. */
function checkerOf(
  schema: unknown,
  direction: "input" | "output",
  where: string,
  listed: Readonly<Record<string, unknown>> | undefined,
): Checker | undefined {
  if (!isStandardSchema(schema)) return undefined;
  const json = listed ?? named(where, () => jsonSchemaOf(schema, direction));
  return { schema: json, check: (value) => check(schema, value) };
}

export type StandardSchemas = typeof checkerOf;

/** Schemas of other libraries, as `input` and `output` of tools. */
export const standardSchemas: Feature = {
  name: "standardSchemas",
  install(server) {
    server.standardSchemas = checkerOf;
  },
};
