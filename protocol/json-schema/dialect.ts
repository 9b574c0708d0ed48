import type { Site } from "./builder.js";
import type { Rule } from "./node.js";
import type { Members } from "./values.js";

/** Compiles a keyword's value; undefined where it asserts nothing. Refuses what the meta-schema does. */
export type Keyword = (value: unknown, site: Site) => Rule | undefined;

/** Keywords by name: made when a schema is compiled, and droppable from a build that has no use for them. */
export type Vocabulary = () => Readonly<Record<string, Keyword>>;

/** What the members of a schema mean. */
export class Dialect {
  readonly #vocabularies: readonly Vocabulary[];
  // Made at first use: most programs never see but one dialect.
  #keywords: ReadonlyMap<string, Keyword> | undefined;

  constructor(vocabularies: readonly Vocabulary[]) {
    this.#vocabularies = vocabularies;
  }

  /** `schema`: the members that count. */
  compile(site: Site, schema: Members = site.schema): Rule[] {
    const keywords = (this.#keywords ??= new Map(this.#vocabularies.flatMap((each) => Object.entries(each()))));
    const rules: Rule[] = [];
    for (const name of Object.keys(schema)) {
      const value = schema[name];
      const rule = value === undefined ? undefined : keywords.get(name)?.(value, site);
      if (rule !== undefined) rules.push(rule);
    }
    return rules;
  }
}
