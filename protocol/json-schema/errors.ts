/** One way in which an instance does not satisfy its schema. */
export interface SchemaError {
  /** Where in the instance: a JSON Pointer (RFC 6901), `""` for the whole. */
  path: string;
  /** The keyword that refused, or the bound that was exceeded (`maxSteps`, `maxInstanceDepth`). */
  keyword: string;
  /** What was expected, as a phrase: `a number`. */
  expected: string;
  /** What came instead, as a phrase, shortened: `a string "x"`. */
  received: string;
  /** The whole as a sentence for people and models: `"/a" must be a number, got a string "x"`. */
  message: string;
}

/** Why `compile` refused a schema. The texts of messages may change, these codes do not. */
export type SchemaErrorCode =
  | "malformed-schema"
  | "unknown-dialect"
  | "unresolved-reference"
  | "reference-loop"
  | "malformed-pattern"
  | "unsafe-pattern"
  | "schema-too-deep"
  | "schema-too-large"
  | "not-in-build";

/** Thrown by `compile` where the schema cannot be used; `code` says why and `location` where. */
export class SchemaCompileError extends Error {
  override readonly name = "SchemaCompileError";
  readonly code: SchemaErrorCode;
  /** Where in the schema: a JSON Pointer, after its document's URI where that is not the schema itself. */
  readonly location: string;

  constructor(code: SchemaErrorCode, location: string, problem: string) {
    super(`schema${location === "" ? "" : ` at "${location}"`}: ${problem}`);
    this.code = code;
    this.location = location;
  }
}
