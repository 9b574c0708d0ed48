import type { Site } from "../builder.js";
import { sameInstance } from "./same-instance.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { isObject, member } from "../values.js";
import { contains, firstItems, listOf } from "./arrays.js";
import { every } from "./every.js";
import { itemsFrom } from "./items.js";
import { logic } from "./logic.js";
import { dependentSchema, objects } from "./objects.js";
import { dependentNames } from "./validation.js";

const items: Keyword = (value, site: Site) => {
  if (!Array.isArray(value)) return itemsFrom(0, site.child(value, "items"));
  return firstItems(listOf("items", value, site));
};

const additionalItems: Keyword = (value, site: Site) => {
  const node = site.child(value, "additionalItems");
  const before = member(site.schema, "items");
  return Array.isArray(before) ? itemsFrom(before.length, node) : undefined;
};

/** What 2019-09 split into `dependentRequired` and `dependentSchemas`. */
export const dependencies: Keyword = (value, site: Site) => {
  if (!isObject(value)) site.malformed("dependencies", "an object of schemas or arrays of strings", value);
  return every(
    Object.keys(value).map((name) => {
      const dependency = value[name];
      return Array.isArray(dependency)
        ? dependentNames("dependencies", name, dependency, site)
        : dependentSchema(name, sameInstance(site, dependency, "dependencies", name));
    }),
  );
};

const ignored: Keyword = () => undefined;

/** The keywords of draft-07 that differ, https://json-schema.org/draft-07/json-schema-validation. */
export const differing: Vocabulary = () => ({
  ...logic(),
  ...objects(),
  items,
  additionalItems,
  contains: contains(false),
  dependencies,
  dependentSchemas: ignored,
  dependentRequired: ignored,
  minContains: ignored,
  maxContains: ignored,
  contentSchema: ignored,
  deprecated: ignored,
});
