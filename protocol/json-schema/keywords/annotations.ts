import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";

function checked(keyword: string, expected: string, valid: (value: unknown) => boolean): Keyword {
  return (value, site: Site) => {
    if (!valid(value)) site.malformed(keyword, expected, value);
    return undefined;
  };
}

export const text = (keyword: string) => checked(keyword, "a string", (value) => typeof value === "string");
const flag = (keyword: string) => checked(keyword, "a boolean", (value) => typeof value === "boolean");

/** Meta-data, https://json-schema.org/draft/2020-12/json-schema-validation#section-9. */
export const annotations: Vocabulary = () => ({
  title: text("title"),
  description: text("description"),
  deprecated: flag("deprecated"),
  readOnly: flag("readOnly"),
  writeOnly: flag("writeOnly"),
  examples: checked("examples", "an array", Array.isArray),
});

/** Content, which asserts nothing: https://json-schema.org/draft/2020-12/json-schema-validation#section-8. */
export const content: Vocabulary = () => ({
  contentEncoding: text("contentEncoding"),
  contentMediaType: text("contentMediaType"),
  contentSchema: (value: unknown, site: Site) => {
    site.child(value, "contentSchema");
    return undefined;
  },
});
