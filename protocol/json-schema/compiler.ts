import { oneOf, wholeNumber } from "../options.js";
import { Exceeded, Run, type Bounds } from "./bounds.js";
import { Builder } from "./builder.js";
import { Dialect, type Vocabulary } from "./dialect.js";
import type { SchemaError } from "./errors.js";
import { elsewhere, plain } from "./keywords/plain.js";
import { describe, mustBe } from "./messages.js";
import type { Scope } from "./node.js";
import { isObject } from "./values.js";

/** What a compiler can know beyond the plain keywords. */
export interface Part {
  readonly keywords?: Vocabulary;
  /** Compiles schemas that refer to others, and those of other dialects. */
  readonly Builder?: typeof Builder;
}

/** What `compile` takes beside the schema. Every bound holds for one call of `compile` or of what it returns. */
export interface CompileOptions {
  /** Levels of subschemas within each other. Default 64. */
  readonly maxSchemaDepth?: number;
  /** Subschemas in all, those of documents that are referred to included. Default 10,000. */
  readonly maxSubschemas?: number;
  /** Levels of objects and arrays within each other that are looked into. Default 128. */
  readonly maxInstanceDepth?: number;
  /** Steps, about one for each subschema applied and each member or item looked at. Default 1,000,000. */
  readonly maxSteps?: number;
  /** Errors told of one instance. Default 10. */
  readonly maxErrors?: number;
  /** Length of a regular expression in the schema, in UTF-16 units. Default 2,000. */
  readonly maxPatternLength?: number;
  /** What `format` means: nothing (`annotate`, the default), or a demand (`assert`). Unknown formats demand nothing. */
  readonly formats?: "annotate" | "assert";
  /** Further documents by absolute URI, for `$ref` and `$schema`. Nothing is ever fetched. Default: none. */
  readonly schemas?: Readonly<Record<string, unknown>>;
  /** The dialect of schemas without `$schema`. Default 2020-12. */
  readonly defaultDialect?: "2020-12" | "draft-07";
}

const none: Vocabulary = () => ({});
const NONE: SchemaError[] = Object.freeze([]) as never;

/**
 * Compiles a JSON Schema of 2020-12 (https://json-schema.org/draft/2020-12) or draft-07 into a function that returns
 * the errors of a value, none where it is valid. The value is JSON as `JSON.parse` makes it; members that are
 * `undefined` count as absent. Neither function does any I/O, and both end within the bounds, whatever they are given.
 *
 * @throws {SchemaCompileError} where the schema is malformed, refers to what is not given, or exceeds a bound.
 * @throws {TypeError} where an option is not what it must be.
 */
export type Compile = (schema: unknown, options?: CompileOptions) => (value: unknown) => readonly SchemaError[];

/** Makes the `compile` that knows the plain keywords and those of the parts. */
export function compilerOf(parts: readonly Part[]): Compile {
  const dialect = new Dialect([elsewhere, plain, ...parts.map(({ keywords = none }) => keywords)]);
  const Made = parts.findLast((part) => part.Builder)?.Builder ?? Builder;
  return (schema, options = {}) => compile(Made, dialect, schema, options);
}

function compile(
  Made: typeof Builder,
  dialect: Dialect,
  schema: unknown,
  options: CompileOptions,
): ReturnType<Compile> {
  const bounds = boundsOf(options);
  const formats = oneOf(options.formats, "annotate", ["annotate", "assert"], "the option formats");
  const defaultDialect = oneOf(options.defaultDialect, "2020-12", ["2020-12", "draft-07"], "the option defaultDialect");
  const { schemas = {} } = options;
  if (!isObject(schemas)) throw new TypeError(`the option schemas must be an object, got ${describe(schemas)}`);
  if (Made === Builder && (formats === "assert" || defaultDialect === "draft-07"))
    throw new TypeError(
      `the option ${formats === "assert" ? "formats" : "defaultDialect"} needs the feature "schemas"`,
    );
  const builder = new Made(bounds, dialect, { formats, defaultDialect, schemas });
  const { node, resource } = builder.main(schema);
  const { check } = node;
  const scope: Scope = { resource, outer: undefined };

  return (value) => {
    let errors: SchemaError[] = NONE;
    try {
      if (check(value, new Run<Scope | undefined>(bounds, scope), undefined)) return NONE;
      errors = [];
      node.explain(value, "", new Run<Scope | undefined>(bounds, scope), errors);
    } catch (error) {
      const found = exceeded(error, bounds, value);
      // Where the steps ran out while explaining, what is found is enough.
      if (errors.length === 0) errors = [found];
    }
    return errors.length === 0 ? [mustBe("", "schema", "what its schema accepts", value)] : errors;
  };
}

const defaultBounds: Bounds = {
  maxSchemaDepth: 64,
  maxSubschemas: 10_000,
  maxInstanceDepth: 128,
  maxSteps: 1_000_000,
  maxErrors: 10,
  maxPatternLength: 2_000,
};

function boundsOf(options: CompileOptions): Bounds {
  const bounds: { -readonly [Name in keyof Bounds]: number } = { ...defaultBounds };
  for (const name of Object.keys(bounds) as (keyof Bounds)[]) {
    const value = options[name];
    bounds[name] = value === Number.POSITIVE_INFINITY ? value : wholeNumber(value, bounds[name], `the option ${name}`);
  }
  return bounds;
}

function exceeded(error: unknown, bounds: Bounds, value: unknown): SchemaError {
  // Where the caller has left little of the stack, it overflows before the depth is exceeded.
  const limit = error instanceof RangeError ? "maxInstanceDepth" : error instanceof Exceeded ? error.limit : undefined;
  if (limit === undefined) throw error;
  const steps = limit === "maxSteps";
  const expected = steps
    ? `checkable in ${bounds.maxSteps} steps`
    : `nested at most ${bounds.maxInstanceDepth} levels deep`;
  const message = `the value must be ${expected}`;
  return { path: "", keyword: limit, expected, received: describe(value), message };
}
