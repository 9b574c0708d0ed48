import type { Site } from "../builder.js";
import type { Node } from "../node.js";

/** Compiles a subschema that is applied to the same instance. */
export function sameInstance(site: Site, schema: unknown, ...names: readonly (string | number)[]): Node {
  const node = site.child(schema, ...names);
  site.node.inPlace.push(node);
  return node;
}
