import type { Site } from "../builder.js";
import type { Keyword, Vocabulary } from "../dialect.js";
import { describe } from "../messages.js";
import { checkWithin, type Node, type Rule, type Scope } from "../node.js";
import type { ReferringBuilder } from "../referring-builder.js";
import type { Resource } from "../references.js";
import { isObject } from "../values.js";
import { text } from "./annotations.js";

/** Schemas that apply to nothing by themselves, but are there to be referred to. They are checked nevertheless. */
export function definitions(keyword: string): Keyword {
  return (value, site: Site) => {
    if (!isObject(value)) site.malformed(keyword, "an object of schemas", value);
    for (const name of Object.keys(value)) site.child(value[name], keyword, name);
    return undefined;
  };
}

/** A rule that applies `target()` to the same instance, in the dynamic scope of its resource. */
function reference(here: Resource, target: (run: { readonly scope: Scope | undefined }) => Node): Rule {
  return {
    applies: true,
    check: (value, run, seen) => {
      const node = target(run);
      if (node.resource === here || node.resource === undefined) return node.check(value, run, seen);
      return checkWithin(node.resource, node.check, value, run, seen);
    },
    explain: (value, path, run, out) => target(run).explain(value, path, run, out),
  };
}

const ref: Keyword = (value, site: Site) => {
  if (typeof value !== "string") site.malformed("$ref", "a URI reference", value);
  let target: Node = site.node;
  (site.builder as ReferringBuilder).refer(site, "$ref", value, (node) => {
    target = node;
    site.node.inPlace.push(node);
  });
  return reference(site.resource, () => target);
};

const dynamicRef: Keyword = (value, site: Site) => {
  if (typeof value !== "string") site.malformed("$dynamicRef", "a URI reference", value);
  let target: Node = site.node;
  let dynamic = "";
  (site.builder as ReferringBuilder).refer(site, "$dynamicRef", value, (node, anchor) => {
    target = node;
    if (anchor !== "" && node.resource?.dynamicAnchors.get(anchor) === node) dynamic = anchor;
  });
  return reference(site.resource, (run) => {
    if (dynamic === "") return target;
    let outermost = target;
    for (let { scope } = run; scope !== undefined; scope = scope.outer) {
      outermost = scope.resource.dynamicAnchors.get(dynamic) ?? outermost;
    }
    return outermost;
  });
};

function anchor(keyword: "$anchor" | "$dynamicAnchor"): Keyword {
  return (value, site: Site) => {
    if (typeof value !== "string" || !/^[A-Za-z_][-A-Za-z0-9._]*$/.test(value)) {
      site.malformed(keyword, "a plain name: a letter or _, then letters, digits, -, . and _", value);
    }
    addAnchor(value, site);
    if (keyword === "$dynamicAnchor") site.resource.dynamicAnchors.set(value, site.node);
    return undefined;
  };
}

function addAnchor(name: string, site: Site): void {
  const { anchors } = site.resource;
  if (!anchors.has(name)) anchors.set(name, site.node);
}

const vocabulary: Keyword = (value, site: Site) => {
  if (!isObject(value)) site.malformed("$vocabulary", "an object of booleans", value);
  for (const uri of Object.keys(value)) {
    if (typeof value[uri] !== "boolean") {
      site.refuse("malformed-schema", "$vocabulary", `must be an object of booleans, got ${describe(value[uri])}`);
    }
  }
  return undefined;
};

/** Core, https://json-schema.org/draft/2020-12/json-schema-core#section-8 ($id and $schema are the builder's). */
export const core: Vocabulary = () => ({
  $ref: ref,
  $dynamicRef: dynamicRef,
  $anchor: anchor("$anchor"),
  $dynamicAnchor: anchor("$dynamicAnchor"),
  $vocabulary: vocabulary,
  $comment: text("$comment"),
  $defs: definitions("$defs"),
  definitions: definitions("definitions"),
});

/** The same for draft-07, https://json-schema.org/draft-07/json-schema-core#section-8. */
export const identifiers: Vocabulary = () => ({
  $ref: ref,
  $comment: text("$comment"),
  definitions: definitions("definitions"),
  $id: (value: unknown, site: Site) => {
    if (typeof value === "string" && value.startsWith("#") && value.length > 1) addAnchor(value.slice(1), site);
    return undefined;
  },
});
