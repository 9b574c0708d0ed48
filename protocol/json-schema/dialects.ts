import type { Site } from "./builder.js";
import { applicators } from "./keywords/applicators.js";
import { annotations, content } from "./keywords/annotations.js";
import { core, identifiers } from "./keywords/core.js";
import { dependencies, draft07 } from "./keywords/draft-07.js";
import { formatAnnotation, formatAssertion } from "./keywords/format.js";
import { unevaluated } from "./keywords/unevaluated.js";
import { validation } from "./keywords/validation.js";
import { literal } from "./messages.js";
import type { Rule } from "./node.js";
import { hasOwn, isObject, member, type Members } from "./values.js";

/** Compiles a keyword's value; undefined where it asserts nothing. Refuses what the meta-schema does. */
export type Keyword = (value: unknown, site: Site) => Rule | undefined;

/** Keywords by name. */
export type Vocabulary = Readonly<Record<string, Keyword>>;

/** What the members of a schema mean. */
export class Dialect {
  readonly #vocabularies: readonly Vocabulary[];
  readonly #old: boolean;
  // Made at first use: most programs never see but one dialect.
  #keywords: ReadonlyMap<string, Keyword> | undefined;

  /** `old`: as before 2019-09, where `$ref` hides its siblings and `$id` may be an anchor. */
  constructor(vocabularies: readonly Vocabulary[], old = false) {
    this.#vocabularies = vocabularies;
    this.#old = old;
  }

  /** The `$id` of a schema that names a resource. */
  idOf(schema: Members): unknown {
    if (!hasOwn(schema, "$id")) return undefined;
    const id = schema["$id"];
    if (this.#old && (hasOwn(schema, "$ref") || (typeof id === "string" && id.startsWith("#")))) return undefined;
    return id;
  }

  compile(site: Site): Rule[] {
    const { schema } = site;
    const keywords = (this.#keywords ??= new Map(this.#vocabularies.flatMap((each) => Object.entries(each))));
    const rules: Rule[] = [];
    const alone = this.#old && hasOwn(schema, "$ref");
    for (const name of Object.keys(schema)) {
      if (alone && name !== "$ref" && name !== "definitions") continue;
      const value = schema[name];
      const rule = value === undefined ? undefined : keywords.get(name)?.(value, site);
      if (rule !== undefined) rules.push(rule);
    }
    return rules;
  }
}

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

/** https://json-schema.org/draft/2020-12 */
export const DRAFT_2020_12 = new Dialect([
  core,
  applicators,
  unevaluated,
  validation,
  annotations,
  formatAnnotation,
  content,
  // Split in 2019-09, but generators still write it, and to ignore it would be to let everything pass.
  { dependencies },
]);

/** https://json-schema.org/draft-07 */
export const DRAFT_07 = new Dialect([identifiers, validation, annotations, formatAnnotation, content, draft07], true);

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
    if (plain === "https://json-schema.org/draft/2020-12/schema") return DRAFT_2020_12;
    if (/^https?:\/\/json-schema\.org\/draft-07\/schema$/.test(plain)) return DRAFT_07;
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
