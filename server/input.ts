import type { CompileOptions, SchemaError } from "../protocol/json-schema.js";
import { isObject } from "../protocol/jsonrpc.js";
import { installed } from "./feature.js";
import type { Server } from "./server.js";
import type { StandardSchema } from "./standard-schema.js";

/** A schema as an author gives it: JSON Schema, or anything that follows the Standard Schema interface. */
export type AnySchema = Readonly<Record<string, unknown>> | StandardSchema;

/** What checking a value found: the value to hand on, or the sentences that tell what is wrong with it. */
export type Checked = { readonly value: unknown } | { readonly problems: readonly string[] };

export interface Checker {
  /** The JSON Schema that is listed. */
  readonly schema: Readonly<Record<string, unknown>>;
  check(value: unknown): Checked | Promise<Checked>;
}

/**
 * Prepares an author's schema. `listed` is the JSON Schema to show where a Standard Schema cannot tell its own.
 * Throws a TypeError that names `where` when the schema is no good.
 */
export function checkerOf(
  server: Server,
  schema: AnySchema,
  direction: "input" | "output",
  where: string,
  options: CompileOptions,
  listed?: Readonly<Record<string, unknown>>,
): Checker {
  // Functions may be Standard Schemas: some libraries' are callable.
  if ((isObject(schema) || typeof schema === "function") && "~standard" in schema) {
    const standard = installed(server, "standardSchemas", `${where}: a Standard Schema`);
    const checker = standard(schema, direction, where, listed);
    if (checker) return checker;
  }
  if (!isObject(schema)) throw new TypeError(`${where}: the schema must be a JSON Schema object or a Standard Schema`);
  const validate = named(where, () => server.compile(schema, options));
  return {
    schema,
    check: (value) => {
      const errors = validate(value);
      return errors.length === 0 ? { value } : { problems: errors.map(sentence) };
    },
  };
}

const sentence = (error: SchemaError): string => error.message;

/** Throws a TypeError that names `where`. */
export function named<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new TypeError(`${where}: ${(error as Error).message}`, { cause: error });
  }
}
