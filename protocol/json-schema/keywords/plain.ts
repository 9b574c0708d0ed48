import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { literal } from "../messages.js";
import { annotations, text } from "./annotations.js";
import { itemsAfter } from "./items.js";
import { members } from "./members.js";
import { simple } from "./simple.js";

/** The keywords of every build: those of most tools' schemas. */
export const plain: Vocabulary = () => ({
  ...simple(),
  ...members(),
  ...annotations(),
  items: itemsAfter(() => 0),
  // `format` is an annotation, unless the option `formats` says otherwise.
  ...Object.fromEntries(
    ["$comment", "contentEncoding", "contentMediaType", "format"].map((name) => [name, text(name)]),
  ),
  $schema: (value: unknown, site: Site) => {
    if (!/^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/.test(String(value)))
      site.refuse("not-in-build", "$schema", `${literal(value)} needs the feature "schemas"`);
    return undefined;
  },
});

/** The other keywords, by the feature that brings them. To pass over one would be to let everything pass. */
const features = {
  logic: "allOf anyOf oneOf not if then else",
  patterns: "pattern patternProperties",
  ranges: "maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength maxItems minItems",
  schemas:
    "$id $ref $dynamicRef $anchor $dynamicAnchor $vocabulary $defs definitions prefixItems contains minContains maxContains uniqueItems multipleOf propertyNames minProperties maxProperties dependentSchemas dependentRequired dependencies unevaluatedItems unevaluatedProperties contentSchema",
};

/** Refuses what this build does not know. */
export const elsewhere: Vocabulary = () =>
  Object.fromEntries(
    Object.entries(features).flatMap(([feature, names]) =>
      names.split(" ").map((name) => [name, refused(feature, name)]),
    ),
  );

function refused(feature: string, name: string): Keyword {
  return (_, site: Site) => site.refuse("not-in-build", name, `needs the feature "${feature}"`);
}
