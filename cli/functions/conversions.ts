import { dateMark, nameOfRef, type RawDefinitions, type RawSchema } from "./raw-schema.js";

const children = (node: RawSchema): RawSchema[] => {
  const one = (value: unknown): RawSchema[] =>
    Array.isArray(value) ? value.flatMap(one) : typeof value === "object" && value !== null ? [value as RawSchema] : [];
  const named = (value: unknown) =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(one) : [];
  return [
    ...named(node.properties),
    ...named(node.patternProperties),
    ...[node.additionalProperties, node.items, node.additionalItems, node.anyOf, node.oneOf, node.allOf].flatMap(one),
  ];
};

/** The names of functions of `barewire/functions` that expressions use, and the functions that they are made of. */
export interface Conversions {
  /** An expression of what makes `Date`s of the date-time strings in a value; undefined where there are none. */
  of(schema: RawSchema): string | undefined;
  /** Functions for recursive types: by name, what they are. */
  readonly declarations: ReadonlyMap<string, string>;
  readonly used: ReadonlySet<string>;
}

/** Writes conversions for the types of one function, whose name begins the names of what has to be declared. */
export function conversionsOf(definitions: RawDefinitions, prefix: string): Conversions {
  const declarations = new Map<string, string>();
  const used = new Set<string>();
  const hasDates = (node: RawSchema, seen: ReadonlySet<string> = new Set()): boolean => {
    if (node[dateMark]) return true;
    if (node.$ref !== undefined) {
      const name = nameOfRef(node.$ref);
      return !seen.has(name) && hasDates(definitions[name] ?? {}, new Set([...seen, name]));
    }
    return children(node).some((child) => hasDates(child, seen));
  };
  const use = (name: string, args: string) => {
    used.add(name);
    return `${name}(${args})`;
  };
  const declared = (name: string): string => {
    const identifier = `${prefix}_${name}`.replace(/\W+/g, "_");
    if (!declarations.has(identifier)) {
      declarations.set(identifier, "");
      declarations.set(identifier, of(definitions[name] ?? {})!);
    }
    // It may name itself before it is there.
    return `(value, path) => ${identifier}(value, path)`;
  };
  const of = (node: RawSchema): string | undefined => {
    if (!hasDates(node)) return undefined;
    if (node[dateMark]) {
      used.add("toDate");
      return "toDate";
    }
    if (node.$ref !== undefined) return declared(nameOfRef(node.$ref));
    const parts: string[] = [];
    const entries = Object.entries(node.properties ?? {}).flatMap(([name, member]) => {
      const made = of(member);
      const key = /^[A-Za-z]\w*$/.test(name) ? name : `[${JSON.stringify(name)}]`;
      return made === undefined ? [] : [`${key}: ${made}`];
    });
    if (entries.length > 0) parts.push(use("members", `{ ${entries.join(", ")} }`));
    const other = [node.additionalProperties, ...Object.values(node.patternProperties ?? {})].find(isSchema);
    const ofOther = other && of(other);
    if (ofOther !== undefined) parts.push(use("record", ofOther));
    const first = Array.isArray(node.items) ? node.items.map((item) => of(item) ?? "undefined") : [];
    const rest = Array.isArray(node.items) ? node.additionalItems : node.items;
    const ofRest = isSchema(rest) ? of(rest) : undefined;
    if (ofRest !== undefined || first.some((item) => item !== "undefined"))
      parts.push(use("items", [`[${first.join(", ")}]`, ...(ofRest === undefined ? [] : [ofRest])].join(", ")));
    const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
    checkBranches(branches, definitions);
    for (const branch of [...branches, ...(node.allOf ?? [])]) {
      const made = of(branch);
      if (made !== undefined && !parts.includes(made)) parts.push(made);
    }
    return parts.length === 1 ? parts[0] : use("inTurn", parts.join(", "));
  };
  return { of, declarations, used };
}

const isSchema = (value: unknown): value is RawSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Throws an Error where a string may be a `Date` or a string: nothing in it tells which is meant. */
function checkBranches(branches: readonly RawSchema[], definitions: RawDefinitions): void {
  const told = new Map<string, "date" | "string">();
  const note = (where: string, node: RawSchema): void => {
    const types = [node.type ?? (node.enum ?? [node.const]).map((value) => typeof value)].flat();
    const kind = node[dateMark] ? "date" : types.includes("string") ? "string" : undefined;
    for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) note(where, branch);
    if (kind === undefined) return;
    if ((told.get(where) ?? kind) !== kind)
      throw new Error(
        `${where || "it"} may be a Date or another string, and nothing tells which: write Date, or string alone`,
      );
    told.set(where, kind);
  };
  for (const branch of branches) {
    const resolved = branch.$ref === undefined ? branch : (definitions[nameOfRef(branch.$ref)] ?? {});
    note("", resolved);
    for (const [name, member] of Object.entries(resolved.properties ?? {})) note(`"${name}"`, member);
  }
}
