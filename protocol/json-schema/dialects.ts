import type { Site } from "./builder.js";
import { Dialect, type Vocabulary } from "./dialect.js";
import { applicators } from "./keywords/applicators.js";
import { annotations, content } from "./keywords/annotations.js";
import { core, identifiers } from "./keywords/core.js";
import { dependencies, differing } from "./keywords/draft-07.js";
import { formatAnnotation, formatAssertion } from "./keywords/format.js";
import { unevaluated } from "./keywords/unevaluated.js";
import { validation } from "./keywords/validation.js";
import { literal } from "./messages.js";
import type { Rule } from "./node.js";
import { hasOwn, isObject, member, type Members } from "./values.js";

const V = "https://json-schema.org/draft/2020-12/vocab/";
const vocabularies: Readonly<Record<string, Vocabulary>> = {
  core,
  applicator: applicators,
  unevaluated,
  validation,
  "meta-data": annotations,
  "format-annotation": formatAnnotation,
  "format-assertion": formatAssertion,
  content,
};

/** As before 2019-09, where `$ref` hides its siblings and `$id` may be an anchor. */
class OldDialect extends Dialect {
  override compile(site: Site): Rule[] {
    const { schema } = site;
    if (!hasOwn(schema, "$ref")) return super.compile(site);
    const counts = Object.keys(schema).filter((name) => name === "$ref" || name === "definitions");
    return super.compile(site, Object.fromEntries(counts.map((name) => [name, schema[name]])));
  }
}

/** The `$id` of a schema that names a resource. */
export function idOf(schema: Members, dialect: Dialect): unknown {
  if (!hasOwn(schema, "$id")) return undefined;
  const id = schema["$id"];
  const isAnchor = typeof id === "string" && id.startsWith("#");
  return dialect instanceof OldDialect && (isAnchor || hasOwn(schema, "$ref")) ? undefined : id;
}

let known2020: Dialect | undefined;
let known07: Dialect | undefined;

/** https://json-schema.org/draft/2020-12 */
export const draft2020 = (): Dialect =>
  (known2020 ??= new Dialect([
    core,
    applicators,
    unevaluated,
    validation,
    annotations,
    formatAnnotation,
    content,
    // Split in 2019-09, but generators still write it, and to ignore it would be to let everything pass.
    () => ({ dependencies }),
  ]));

/** https://json-schema.org/draft-07 */
export const draft07 = (): Dialect =>
  (known07 ??= new OldDialect([identifiers, validation, annotations, formatAnnotation, content, differing]));

/** Meta-schemas that name a meta-schema, one after the other. */
const LONGEST_CHAIN = 8;

/**
 * The dialect of a `$schema`; a text that says why, where there is none. `given` finds the documents at hand: a
 * meta-schema among them states its vocabularies by `$vocabulary`.
 */
export function findDialect(uri: string, given: (uri: string) => unknown): Dialect | string {
  let name = uri;
  for (let i = 0; i < LONGEST_CHAIN; i++) {
    const plain = name.replace(/#$/, "");
    if (plain === "https://json-schema.org/draft/2020-12/schema") return draft2020();
    if (/^https?:\/\/json-schema\.org\/draft-07\/schema$/.test(plain)) return draft07();
    const meta = given(plain);
    if (!isObject(meta)) break;
    const vocabulary = member(meta, "$vocabulary");
    if (isObject(vocabulary)) return dialectOf(uri, vocabulary);
    const next = member(meta, "$schema");
    if (typeof next !== "string") break;
    name = next;
  }
  return `unknown dialect ${literal(uri)}: known are 2020-12 and draft-07`;
}

function dialectOf(uri: string, wanted: Members): Dialect | string {
  const found: Vocabulary[] = [core];
  for (const name of Object.keys(wanted)) {
    const vocabulary = name.startsWith(V) ? member(vocabularies, name.slice(V.length)) : undefined;
    if (vocabulary !== undefined) found.push(vocabulary as Vocabulary);
    else if (wanted[name] === true)
      return `the dialect ${literal(uri)} requires the unknown vocabulary ${literal(name)}`;
  }
  return new Dialect(found);
}
