import { compilerOf, type Compile, type CompileOptions, type Part } from "./json-schema/compiler.js";
import type { SchemaError } from "./json-schema/errors.js";
import { ReferringBuilder } from "./json-schema/referring-builder.js";
import { logic as logicKeywords } from "./json-schema/keywords/logic.js";
import { patterns as patternKeywords } from "./json-schema/keywords/patterns.js";
import { ranges as rangeKeywords } from "./json-schema/keywords/ranges.js";

export { SchemaCompileError } from "./json-schema/errors.js";
export type { SchemaError, SchemaErrorCode } from "./json-schema/errors.js";
export { compilerOf, type Compile, type CompileOptions, type Part } from "./json-schema/compiler.js";

/** All of JSON Schema: every keyword of 2020-12 and draft-07, references, formats, meta-schemas. */
export const all: Part = { Builder: ReferringBuilder };

/** `allOf`, `anyOf`, `oneOf`, `not`, `if` with `then` and `else`. */
export const logic: Part = { keywords: logicKeywords };

/** `pattern` and `patternProperties`, in time linear in the text. */
export const patterns: Part = { keywords: patternKeywords };

/** `minimum`, `maximum`, `minLength`, `maxItems` and their kin. */
export const ranges: Part = { keywords: rangeKeywords };

/**
 * Compiles a JSON Schema of 2020-12 (https://json-schema.org/draft/2020-12) or draft-07 into a function that returns
 * the errors of a value, none where it is valid. The value is JSON as `JSON.parse` makes it; members that are
 * `undefined` count as absent. Neither function does any I/O, and both end within the bounds, whatever they are given.
 *
 * @throws {SchemaCompileError} where the schema is malformed, refers to what is not given, or exceeds a bound.
 * @throws {TypeError} where an option is not what it must be.
 */
export function compile(schema: unknown, options?: CompileOptions): (value: unknown) => readonly SchemaError[] {
  return (compiles ??= compilerOf([all]))(schema, options);
}

let compiles: Compile | undefined;
