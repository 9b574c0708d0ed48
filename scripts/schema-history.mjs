// @ts-check
// Takes the schema of the whole vocabulary, with the history of types and members in its tags, back to one revision.
import { schemaOfType } from "./schema-type.mjs";

/** The doc tags that the vocabulary uses beside the keywords of JSON Schema. */
export const tags = ["since", "until", "requiredSince", "optionalSince", "was", "now", "schema", "inline"];

/** Keywords that pass as they are. `const` and `enum` need no `type` beside them, `properties` does. */
const kept = ["type", "const", "enum", "not", "format", "minimum", "maximum", "minItems", "maxItems"];
/** Keywords that a type named by @schema leaves in force. */
const bounds = ["format", "minimum", "maximum", "minItems", "maxItems"];

/** @typedef {Record<string, any>} Schema */

/**
 * The definitions of one revision.
 * @param {Record<string, Schema>} vocabulary  every definition, with its tags, as typescript-json-schema makes them
 * @param {string} revision  its date, as "2025-06-18"
 * @param {string} key  where definitions stand: "definitions" or "$defs"
 * @returns {Record<string, Schema>}
 */
export function definitionsOf(vocabulary, revision, key) {
  const exists = (/** @type {Schema} */ node) =>
    (node.since ?? "") <= revision && (node.until === undefined || revision <= node.until);
  const definition = (/** @type {string} */ name) => {
    const found = vocabulary[name];
    if (found === undefined) throw new Error(`no type ${name} in the vocabulary`);
    return found;
  };
  const named = (/** @type {string} */ name) => exists(definition(name)) && !("inline" in definition(name));

  /** @type {(node: Schema, within: string[]) => Schema} */
  const convert = (node, within) => {
    const other = otherType(node, revision);
    if (other !== undefined) return convert(schemaOfType(other), within);
    if (node.schema !== undefined) {
      const { type, ...rest } = convert(schemaOfType(node.schema), within);
      return { ...(type === undefined ? {} : { type }), ...rest, ...pick(node, bounds) };
    }
    if (node.$ref !== undefined) return reference(nameOf(node), within);
    const out = pick(node, kept);
    if (node.properties) Object.assign(out, members(node, within));
    if (node.items) out.items = convert(node.items, within);
    if (node.additionalProperties !== undefined) Object.assign(out, otherMembers(node.additionalProperties, within));
    if (node.allOf) out.allOf = node.allOf.map((/** @type {Schema} */ part) => convert(part, within));
    if (node.anyOf) return { ...out, ...union(node.anyOf, within) };
    return out;
  };

  /**
   * A type without a name in this revision stands where it is used.
   * @type {(name: string, within: string[]) => Schema}
   */
  const reference = (name, within) => {
    if (named(name)) return { $ref: `#/${key}/${name}` };
    if (within.includes(name)) throw new Error(`${name} contains itself, but has no name in ${revision}`);
    return convert(definition(name), [...within, name]);
  };

  /** Branches that the revision lacks fall away. @type {(branches: Schema[], within: string[]) => Schema} */
  const union = (branches, within) => {
    const present = branches.filter((branch) => branch.$ref === undefined || exists(definition(nameOf(branch))));
    const converted = present.map((branch) => convert(branch, within));
    const [first] = converted;
    if (first === undefined) throw new Error(`${revision} has no branch of ${JSON.stringify(branches)}`);
    return converted.length === 1 ? first : { anyOf: converted };
  };

  /** @type {(node: Schema, within: string[]) => Schema} */
  const members = (node, within) => {
    const present = Object.entries(node.properties)
      .filter(([, member]) => exists(member))
      .sort(byName);
    const properties = Object.fromEntries(present.map(([name, member]) => [name, convert(member, within)]));
    const required = present
      .filter(([name, member]) => isRequired(member, node.required?.includes(name) ?? false, revision))
      .map(([name]) => name);
    return { ...(present.length ? { properties } : {}), ...(required.length ? { required } : {}) };
  };

  /** @type {(schema: Schema | boolean, within: string[]) => Schema} */
  const otherMembers = (schema, within) => {
    if (schema === true) return {};
    const converted = schema === false ? schema : convert(/** @type {Schema} */ (schema), within);
    const free = typeof converted === "object" && Object.keys(converted).length === 0;
    return free ? {} : { additionalProperties: converted };
  };

  const names = Object.keys(vocabulary).filter(named).sort();
  return Object.fromEntries(names.map((name) => [name, convert(definition(name), [name])]));
}

/**
 * These definitions and all that they refer to.
 * @param {Record<string, Schema>} definitions
 * @param {string[]} names
 * @returns {Record<string, Schema>}
 */
export function reachable(definitions, names) {
  const reached = new Set(names);
  for (const name of reached) {
    for (const [, next] of JSON.stringify(definitions[name]).matchAll(/"\$ref":"[^"]*\/(\w+)"/g)) {
      if (next !== undefined) reached.add(next);
    }
  }
  return Object.fromEntries(Object.entries(definitions).filter(([name]) => reached.has(name)));
}

/**
 * The type that @was or @now gives in a revision. Both tags hold `REVISION Type`, several with semicolons between them:
 * @was names the last revision that had the type, @now the first that has it.
 * @param {Schema} node
 * @param {string} revision
 * @returns {string | undefined}
 */
function otherType(node, revision) {
  /** @type {(text: string | undefined) => [string, string][]} */
  const read = (text) =>
    (text ?? "")
      .split(";")
      .filter((part) => part.trim() !== "")
      .map((part) => {
        const [, date, type] = /^\s*(\d{4}-\d{2}-\d{2})\s+([^]+)$/.exec(part) ?? [];
        if (date === undefined || type === undefined) throw new Error(`expected a revision and a type: ${part}`);
        return [date, type];
      });
  const was = read(node.was)
    .filter(([last]) => revision <= last)
    .sort(byName);
  const now = read(node.now)
    .filter(([first]) => first <= revision)
    .sort(byName);
  return (was[0] ?? now.at(-1))?.[1];
}

/**
 * The newest of @requiredSince and @optionalSince decides; before the oldest of them the opposite held.
 * @type {(member: Schema, declared: boolean, revision: string) => boolean}
 */
function isRequired(member, declared, revision) {
  /** @type {[string, boolean][]} */
  const turns = [];
  if (member.requiredSince) turns.push([member.requiredSince, true]);
  if (member.optionalSince) turns.push([member.optionalSince, false]);
  turns.sort(byName);
  const last = turns.filter(([date]) => date <= revision).at(-1);
  if (last) return last[1];
  return turns[0] ? !turns[0][1] : declared;
}

/** @type {(a: [string, unknown], b: [string, unknown]) => number} */
const byName = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0);
const nameOf = (/** @type {Schema} */ node) => decodeURIComponent(node.$ref.slice("#/definitions/".length));
const pick = (/** @type {Schema} */ node, /** @type {string[]} */ keywords) =>
  /** @type {Schema} */ (Object.fromEntries(keywords.filter((word) => word in node).map((word) => [word, node[word]])));
