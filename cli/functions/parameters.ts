import type { ts } from "typescript-json-schema";
import { conversionsOf, type Conversions } from "./conversions.js";
import type { DocComment } from "./doc-comment.js";
import { joinObjects, toDraft2020, type Schema } from "./draft-2020.js";
import { allowsUndefined, branchesOf, isDate } from "./json-type.js";
import type { Sources } from "./program.js";
import { nameOfRef, type RawSchema } from "./raw-schema.js";
import { Refused } from "./refused.js";
import type { SchemaReader } from "./schema-of-type.js";

export type Passed = { readonly kind: "all" | "context" } | { readonly kind: "one" | "rest"; readonly name: string };

/** What a function takes, as a tool's arguments and as the arguments of a call in JavaScript. */
export interface Parameters {
  /** The schema of the arguments; undefined where the function takes none. */
  readonly schema: Schema | undefined;
  /** How each is passed: all of them, the context, one of them by name, or those of a rest parameter. */
  readonly passed: readonly Passed[];
  /** An expression that makes `Date`s in the arguments; undefined where there are none. */
  readonly dates: string | undefined;
  readonly conversions: Conversions;
}

/** Reads the parameters of a function. Throws a {@link Refused} for what cannot be arguments in JSON. */
export function readParameters(
  sources: Sources,
  reader: SchemaReader,
  name: string,
  signature: ts.Signature,
  comment: DocComment,
): Parameters {
  const { checker, ts } = sources;
  const fail = (node: ts.Node, message: string): never => {
    throw new Refused([sources.problem(node, message)]);
  };
  const all = signature.parameters.map((symbol) => {
    const node = symbol.valueDeclaration as ts.ParameterDeclaration;
    return { symbol, node, type: checker.getTypeOfSymbolAtLocation(symbol, node) };
  });
  const given = all.filter(({ type }) => !isContext(sources, type));
  const [only] = given;
  const single = given.length === 1 && only!.node.dotDotDotToken === undefined && isArguments(sources, only!.type);
  let raw: RawSchema;
  if (single) {
    raw = joinObjects(reader.ofType(only!.type, only!.node));
    if (raw.properties) {
      raw = { ...raw, properties: { ...raw.properties }, required: [...(raw.required ?? [])] };
      if (ts.isObjectBindingPattern(only!.node.name)) addDefaults(sources, raw, only!.node.name);
    }
  } else {
    raw = { type: "object", properties: {}, required: [] };
    for (const { symbol, node, type } of given) {
      if (!ts.isIdentifier(node.name))
        return fail(node, "one of several parameters needs a name: write an identifier in the place of the pattern");
      const member = { ...reader.ofSymbol(symbol, type, node) };
      // The compiler gives what @param says as the symbol's comment, tags and all.
      if (comment.parameters.has(symbol.name)) delete member.description;
      raw.properties![symbol.name] = member;
      if (node.initializer) setDefault(sources, member, node.initializer);
      if (!node.initializer && !node.questionToken && !node.dotDotDotToken && !allowsUndefined(ts, type))
        raw.required!.push(symbol.name);
    }
  }
  describe(raw, comment, single && ts.isIdentifier(only!.node.name) ? only!.node.name.text : undefined, fail);
  const conversions = conversionsOf(reader.definitions, name);
  let dates: string | undefined;
  try {
    dates = conversions.of(raw);
  } catch (error) {
    return fail(only!.node, (error as Error).message);
  }
  if (raw.required?.length === 0) delete raw.required;
  const passed = all.map(({ symbol, node, type }): Passed => {
    if (isContext(sources, type)) return { kind: "context" };
    if (single) return { kind: "all" };
    return { kind: node.dotDotDotToken ? "rest" : "one", name: symbol.name };
  });
  const schema = given.length === 0 ? undefined : rooted(raw, reader);
  return { schema, passed, dates, conversions };
}

/** Arguments are an object, whatever the type says of which. */
function rooted(raw: RawSchema, reader: SchemaReader): Schema {
  const { $defs, ...schema } = toDraft2020(raw, reader.definitions);
  const { $ref, title, description, ...rest } = schema;
  return {
    ...($ref === undefined ? {} : { $ref }),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    type: "object",
    ...rest,
    ...($defs === undefined ? {} : { $defs }),
  };
}

/** A `Context` is known by what it can do, whichever copy of barewire it was imported from. */
export function isContext({ ts, checker }: Sources, type: ts.Type): boolean {
  const [only, ...others] = branchesOf(ts, type);
  if (only?.getSymbol()?.name !== "Context" || others.length > 0) return false;
  const names = checker.getPropertiesOfType(only).map(({ name }) => name);
  return ["requestId", "signal", "elicit", "progress"].every((name) => names.includes(name));
}

/** Whether a lone parameter is all the arguments: one object, or one of several. */
function isArguments({ ts, checker }: Sources, type: ts.Type): boolean {
  const branches = branchesOf(ts, type);
  return (
    branches.length > 0 &&
    branches.every(
      (branch) =>
        (branch.flags & ts.TypeFlags.Object && isPlainObject(checker, branch)) ||
        (branch.isIntersection() && branch.types.every((part) => part.flags & ts.TypeFlags.Object)),
    )
  );
}

const isPlainObject = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  !checker.isArrayType(type) && !checker.isTupleType(type) && !isDate(type) && type.getCallSignatures().length === 0;

/** `{ b = 1 }`: what has a default need not be given. */
function addDefaults(sources: Sources, raw: RawSchema, pattern: ts.ObjectBindingPattern): void {
  const { ts } = sources;
  for (const { name, propertyName, initializer } of pattern.elements) {
    const key = propertyName ?? name;
    if (!initializer || !(ts.isIdentifier(key) || ts.isStringLiteral(key))) continue;
    const member = raw.properties![key.text];
    if (member === undefined) continue;
    const copy = { ...member };
    raw.properties![key.text] = copy;
    setDefault(sources, copy, initializer);
    raw.required = raw.required!.filter((required) => required !== key.text);
  }
}

/** Tells the default where it is plain data; what has to be computed is the function's own affair. */
function setDefault(sources: Sources, member: RawSchema, initializer: ts.Expression): void {
  const value = constantOf(sources, initializer);
  if (value !== undefined && member.default === undefined) member.default = value;
}

function constantOf(sources: Sources, node: ts.Expression): unknown {
  const { ts, checker } = sources;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (ts.isArrayLiteralExpression(node)) {
    const items = node.elements.map((element) => constantOf(sources, element));
    return items.includes(undefined) ? undefined : items;
  }
  if (ts.isObjectLiteralExpression(node)) {
    const entries = node.properties.map((property) =>
      ts.isPropertyAssignment(property) && !ts.isComputedPropertyName(property.name)
        ? ([property.name.text, constantOf(sources, property.initializer)] as const)
        : undefined,
    );
    if (!entries.every((entry) => entry !== undefined && entry[1] !== undefined)) return undefined;
    return Object.fromEntries(entries as [string, unknown][]);
  }
  const type = checker.getTypeAtLocation(node);
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  const written = type.flags & ts.TypeFlags.BooleanLiteral ? checker.typeToString(type) : undefined;
  return written === undefined ? undefined : written === "true";
}

type Fail = (node: ts.Node, message: string) => never;

/** Puts what `@param` says on members that say nothing themselves. */
function describe(raw: RawSchema, comment: DocComment, whole: string | undefined, fail: Fail): void {
  for (const [name, { text, node }] of comment.parameters) {
    const member = raw.properties?.[name];
    if (member === undefined) {
      // One that names the object itself says what the members say better; those of a union are not told in one place.
      if (name === whole || raw.properties === undefined) continue;
      const names = Object.keys(raw.properties).join(", ");
      return fail(node, `@param ${name} names no parameter: ${names === "" ? "there is none" : `there are ${names}`}`);
    }
    if (member.description === undefined && text !== "") raw.properties![name] = { ...member, description: text };
  }
}

/** The names of the members of a schema's object, through the reference that it may be. */
export function membersOf(schema: Schema | undefined): Readonly<Record<string, Schema>> {
  const {
    $ref,
    $defs = {},
    properties,
  } = (schema ?? {}) as {
    $ref?: string;
    $defs?: Record<string, Schema>;
    properties?: Record<string, Schema>;
  };
  if (properties !== undefined) return properties;
  return $ref === undefined ? {} : membersOf($defs[nameOfRef($ref.replace("$defs", "definitions"))]);
}
