// @ts-check
// Reads the types that the doc tags @was, @now and @schema name, and turns them into JSON Schema.

/**
 * JSON Schema of a type. The notation is a small part of TypeScript's: names of the vocabulary, `string`, `number`,
 * `integer`, `boolean`, `null`, `object`, `unknown`, `never`, string literals, `A | B`, `A[]`, `(A)` and
 * `{ [name]: A }` (an object whose members are all of type A).
 * @param {string} text
 * @returns {Record<string, any>}
 */
export function schemaOfType(text) {
  const tokens = text.match(/"[^"]*"|\w+|\S/g) ?? [];
  let at = 0;
  const fail = () => new Error(`not a type that a doc tag may name: ${text}`);
  const take = (/** @type {string} */ token) => {
    if (tokens[at] !== token) throw fail();
    at += 1;
  };

  const union = () => {
    const branches = [array()];
    while (tokens[at] === "|") {
      at += 1;
      branches.push(array());
    }
    return branches.length === 1 ? /** @type {Record<string, any>} */ (branches[0]) : { anyOf: merged(branches) };
  };
  const array = () => {
    let schema = single();
    while (tokens[at] === "[") {
      at += 1;
      take("]");
      schema = { type: "array", items: schema };
    }
    return schema;
  };
  /** @returns {Record<string, any>} */
  const single = () => {
    const token = tokens[at++];
    if (token === undefined) throw fail();
    if (token === "(") {
      const schema = union();
      take(")");
      return schema;
    }
    if (token === "{") return members();
    if (token.startsWith('"')) return { const: token.slice(1, -1) };
    if (["string", "number", "integer", "boolean", "null", "object"].includes(token)) return { type: token };
    if (token === "unknown") return {};
    if (token === "never") return { not: {} };
    if (/^[A-Z]\w*$/.test(token)) return { $ref: `#/definitions/${token}` };
    throw fail();
  };
  const members = () => {
    for (const token of ["[", "name", "]", ":"]) take(token);
    const schema = union();
    take("}");
    return { type: "object", additionalProperties: schema };
  };

  const schema = union();
  if (at !== tokens.length) throw fail();
  return schema;
}

/**
 * Joins the branches that name a plain type only: `string | integer` is one list of types.
 * @param {Record<string, any>[]} branches
 */
function merged(branches) {
  const plain = (/** @type {Record<string, any>} */ branch) => "type" in branch && Object.keys(branch).length === 1;
  const types = branches.filter(plain).map((branch) => branch.type);
  const others = branches.filter((branch) => !plain(branch));
  return types.length ? [...others, { type: types.length === 1 ? types[0] : types }] : others;
}
