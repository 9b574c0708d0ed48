import { charge } from "../bounds.js";
import type { Site } from "../builder.js";
import type { Vocabulary } from "../dialect.js";
import { formats } from "../formats.js";
import { mustBe } from "../messages.js";
import { assertion, type Rule } from "../node.js";
import type { ReferringBuilder } from "../referring-builder.js";

function assertFormat(value: unknown, site: Site): Rule | undefined {
  if (typeof value !== "string") site.malformed("format", "a string", value);
  const format = formats().get(value);
  if (format === undefined) return undefined;
  return assertion(
    (instance, run) => {
      if (typeof instance !== "string") return true;
      charge(run, instance.length >> 4);
      return format.test(instance);
    },
    (path, instance) => mustBe(path, "format", format.name, instance),
  );
}

/** Format as an annotation, unless the option `formats` says otherwise. */
export const formatAnnotation: Vocabulary = () => ({
  format: (value, site: Site) => {
    if (typeof value !== "string") site.malformed("format", "a string", value);
    return (site.builder as ReferringBuilder).assertsFormats ? assertFormat(value, site) : undefined;
  },
});

/** Format as an assertion, https://json-schema.org/draft/2020-12/json-schema-validation#section-7.2.2. */
export const formatAssertion: Vocabulary = () => ({ format: assertFormat });
