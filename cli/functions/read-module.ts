import { basename, extname } from "node:path";
import type { ts } from "typescript-json-schema";
import { compile } from "../../protocol/json-schema.js";
import { UriTemplate } from "../../protocol/uri-template.js";
import { annotationsOf, readDocComment, rightsOf, type DocComment, type Rights } from "./doc-comment.js";
import type { Schema } from "./draft-2020.js";
import type { SchemaPackage } from "./packages.js";
import { membersOf, readParameters, type Parameters } from "./parameters.js";
import type { Sources } from "./program.js";
import { Refused, type Problem } from "./refused.js";
import { readOutput, returnsContents } from "./returns.js";
import { schemaReader } from "./schema-of-type.js";

/** A function that a module exports, as what it is served. */
export interface Exported {
  readonly kind: "tool" | "resource" | "prompt";
  /** The name of the export. */
  readonly exported: string;
  /** The name that clients see. */
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly parameters: Parameters;
  /** What was assigned to the function as its members: by name, what a comment cannot say. */
  readonly assigned: readonly string[];
  /** Tools: what the function returns. */
  readonly output: Schema | undefined;
  readonly annotations: Readonly<Record<string, boolean>>;
  /** Who may, as the comment says it. */
  readonly rights: Rights;
  /** Resources: where it lies, and of which kind. */
  readonly uri: string | undefined;
  readonly mimeType: string | undefined;
  /** Resources: whether what is returned has to be written as JSON. */
  readonly json: boolean;
}

/** What a module exports. */
export interface ModuleDescription {
  /** The file's name, for a server that says no other. */
  readonly name: string;
  /** It makes its server itself, and exports it as its default. */
  readonly whole: boolean;
  readonly hasInfo: boolean;
  readonly hasOptions: boolean;
  readonly functions: readonly Exported[];
}

const everywhere = ["icons", "_meta", "enabled", "scopes", "hide"] as const;
const mayAssign = {
  tool: [...everywhere, "annotations", "timeoutMs", "task", "requestState"],
  resource: [...everywhere, "annotations", "size", "cache", "permits", "list", "complete", "unconfined"],
  prompt: [...everywhere, "complete"],
} as const;

/** Reads what a module exports. Throws a {@link Refused} with all the functions that cannot be served. */
export function readModule(packages: SchemaPackage, sources: Sources): ModuleDescription {
  const { ts, checker, module } = sources;
  const symbol = checker.getSymbolAtLocation(module);
  // As they stand in the file; what "export *" adds comes behind.
  const place = ({ declarations: [first] = [] }: ts.Symbol) =>
    first?.getSourceFile() === module ? first.getStart() : Number.MAX_SAFE_INTEGER;
  const found = symbol ? [...checker.getExportsOfModule(symbol)].sort((a, b) => place(a) - place(b)) : [];
  const named = (name: string) =>
    found.some((one) => one.name === name && checker.getTypeOfSymbol(one).getCallSignatures().length === 0);
  const name = basename(module.fileName, extname(module.fileName));
  const shared = { name, hasInfo: named("info"), hasOptions: named("options") };
  const whole = found.find((one) => one.name === "default");
  if (whole) {
    const type = checker.getTypeOfSymbolAtLocation(whole, module);
    if (type.getProperty("receive")) return { ...shared, whole: true, functions: [] };
    const at = whole.declarations?.[0] ?? module;
    throw new Refused([
      sources.problem(
        at,
        "the default export has to be a server, as createServer(…) gives it: export functions by names",
      ),
    ]);
  }
  const functions: Exported[] = [];
  const problems: Problem[] = [];
  for (const one of found) {
    const aliased = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
    const node = aliased.valueDeclaration;
    if (!node || aliased.flags & ts.SymbolFlags.Class) continue;
    const signatures = checker.getTypeOfSymbolAtLocation(aliased, node).getCallSignatures();
    if (signatures.length === 0) continue;
    try {
      const read = readFunction(packages, sources, one.name, aliased, node, signatures);
      if (!read) continue;
      const same = functions.find((other) => keyOf(other) === keyOf(read));
      if (same)
        problems.push(sources.problem(node, `${same.exported} is the ${keyOf(read)} already: name one otherwise`));
      functions.push(read);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new Refused(problems);
  if (functions.length === 0)
    throw new Refused([
      sources.problem(module, "the module exports no function: export one, or a server as its default"),
    ]);
  return { ...shared, whole: false, functions };
}

const keyOf = ({ kind, uri, name }: Exported): string => `${kind} "${uri ?? name}"`;

function readFunction(
  packages: SchemaPackage,
  sources: Sources,
  exported: string,
  symbol: ts.Symbol,
  node: ts.Declaration,
  signatures: readonly ts.Signature[],
): Exported | undefined {
  const fail = (message: string): never => {
    throw new Refused([sources.problem(node, message)]);
  };
  const comment = readDocComment(sources, symbol, node);
  const { tags } = comment;
  if (tags.has("internal")) return undefined;
  const kind = tags.has("resource") ? "resource" : tags.has("prompt") ? "prompt" : "tool";
  const [signature] = signatures;
  if (!signature || signatures.length > 1)
    return fail(`${exported} has several signatures: export one function for each, or one with a union`);
  if (signature.typeParameters?.length)
    return fail(`${exported} is generic: what its type parameters stand for is not known on the wire; write the types`);
  const name = tags.get("name") || exported;
  const reader = schemaReader(packages, sources);
  const parameters = readParameters(sources, reader, exported, signature, comment);
  const assigned = readAssigned(sources, symbol, node, kind);
  const rights = rightsOf(comment, assigned, sources, node);
  const uri = kind === "resource" ? readUri(sources, comment, parameters, exported, node) : undefined;
  const json = kind === "resource" && !returnsContents(sources, signature);
  // Its definitions are apart from those of the parameters.
  const output = kind === "tool" ? readOutput(sources, schemaReader(packages, sources), signature, node) : undefined;
  for (const schema of [parameters.schema, output]) {
    try {
      if (schema) compile(schema);
    } catch (error) {
      // What a tag says that no schema can: @minimum "one", a pattern that is none.
      fail(`${exported} makes a schema that is none: ${(error as Error).message}`);
    }
  }
  return {
    kind,
    exported,
    name,
    title: tags.get("title") || undefined,
    description: comment.description,
    parameters,
    assigned,
    output,
    annotations: kind === "tool" ? annotationsOf(comment, sources, node) : {},
    rights,
    uri,
    mimeType: tags.get("mimetype") || (json ? "application/json" : undefined),
    json,
  };
}

/** The members that were assigned to a function (`profile.list = …`). */
function readAssigned(sources: Sources, symbol: ts.Symbol, node: ts.Declaration, kind: Exported["kind"]): string[] {
  const { checker } = sources;
  const members = checker.getPropertiesOfType(checker.getTypeOfSymbolAtLocation(symbol, node));
  for (const member of members) {
    if ((mayAssign[kind] as readonly string[]).includes(member.name)) continue;
    const at = member.valueDeclaration ?? member.declarations?.[0] ?? node;
    throw new Refused([
      sources.problem(at, `a ${kind} has no "${member.name}": there are ${mayAssign[kind].join(", ")}`),
    ]);
  }
  return members.map(({ name }) => name);
}

/** The URI of a resource, or its template, whose variables are the function's parameters. */
function readUri(
  sources: Sources,
  { tags }: DocComment,
  parameters: Parameters,
  exported: string,
  node: ts.Node,
): string {
  const fail = (message: string): never => {
    throw new Refused([sources.problem(node, message)]);
  };
  const uri = tags.get("resource")!;
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S*$/.test(uri))
    return fail(`@resource needs a URI, or a template of URIs: @resource ${exported}://{id}`);
  let variables: readonly string[] = [];
  try {
    variables = new UriTemplate(uri).names;
  } catch (error) {
    fail(`@resource ${uri}: ${(error as Error).message}`);
  }
  const names = Object.keys(membersOf(parameters.schema));
  const unknown = variables.find((name) => !names.includes(name));
  if (unknown !== undefined) fail(`the template's variable {${unknown}} is no parameter of ${exported}: add it`);
  const required = (parameters.schema?.required ?? []) as readonly string[];
  const missing = required.find((name) => !variables.includes(name));
  if (missing !== undefined)
    fail(`the parameter ${missing} is no variable of the template ${uri}: make it one, or optional`);
  return uri;
}
