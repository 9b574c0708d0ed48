import { isObject } from "./trace.js";
import type { Json, JsonObject } from "./trace.js";
import type { Kind } from "./inventory.js";
import { KINDS } from "./translate.js";
import type { Names, StandIn } from "./translate.js";

type Member = Kind | "scopes";
const MEMBERS: readonly Member[] = [...KINDS, "scopes"];

/**
 * Reads what a server has in the place of the fixture's things: `{ "tools": { OURS: THEIRS } }`, likewise `prompts`,
 * `resources` (URIs), `resourceTemplates` and `scopes`. THEIRS is a name, or `{ "name", "arguments" }`. Throws with the
 * member that is wrong.
 */
export function readFixtureMap(text: string): Names {
  let given: Json;
  try {
    given = JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`the fixture map is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(given)) throw new Error("the fixture map: expected an object");
  for (const key of Object.keys(given))
    if (!MEMBERS.includes(key as Kind))
      throw new Error(`the fixture map has no member ${key}: expected ${MEMBERS.join(", ")}`);
  const of = (kind: Member) => new Map(entriesOf(kind, given[kind] ?? {}));
  return {
    tools: of("tools"),
    prompts: of("prompts"),
    resources: of("resources"),
    resourceTemplates: of("resourceTemplates"),
    scopes: of("scopes"),
  };
}

function entriesOf(kind: Member, given: Json): readonly (readonly [string, StandIn])[] {
  if (!isObject(given)) throw new Error(`the fixture map: ${kind} is no object`);
  return Object.entries(given).map(([ours, theirs]) => {
    if (typeof theirs === "string") return [ours, { name: theirs }];
    const { name, arguments: values } = (isObject(theirs) ? theirs : {}) as JsonObject;
    if (typeof name !== "string" || !(values === undefined || isObject(values)))
      throw new Error(`the fixture map: ${kind}.${ours} is neither a name nor { "name", "arguments" }`);
    return [ours, { name, ...(values === undefined ? {} : { arguments: values }) }];
  });
}
