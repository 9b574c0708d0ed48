import type { ts } from "typescript-json-schema";
import { toDraft2020, type Schema } from "./draft-2020.js";
import { branchesOf } from "./json-type.js";
import type { Sources } from "./program.js";
import { Refused } from "./refused.js";
import type { SchemaReader } from "./schema-of-type.js";

const blocks = ["text", "image", "audio", "resource", "resource_link"];

/** What a call of the function comes to, whatever promises stand around it. */
export function resolvedType({ checker }: Sources, signature: ts.Signature): ts.Type {
  const returned = checker.getReturnTypeOfSignature(signature);
  return checker.getAwaitedType(returned) ?? returned;
}

/**
 * The schema of what a tool's function returns; undefined for nothing, texts, content blocks, and what is not known.
 * Throws a {@link Refused} for what JSON cannot say.
 */
export function readOutput(
  sources: Sources,
  reader: SchemaReader,
  signature: ts.Signature,
  node: ts.Node,
): Schema | undefined {
  const { ts, checker } = sources;
  const type = resolvedType(sources, signature);
  const values = branchesOf(ts, type).filter((branch) => !isWholeResult(sources, branch));
  const { Any, Unknown, StringLike, Null } = ts.TypeFlags;
  if (values.some(({ flags }) => flags & (Any | Unknown | StringLike)) || values.every(({ flags }) => flags & Null))
    return undefined;
  if (values.some((value) => isBlocks(sources, value))) return undefined;
  const bytes = values.find((value) => /^(?:Uint8Array|Buffer|ArrayBuffer)$/.test(value.getSymbol()?.name ?? ""));
  const refuse = (message: string) => {
    throw new Refused([sources.problem(node, message)]);
  };
  if (bytes) refuse("a tool cannot return bytes: return image(bytes, mimeType), audio(…) or embeddedResource(…)");
  if (values.length < branchesOf(ts, type).length && values.length > 1)
    refuse("a whole result goes with one other type at most: return that, or content blocks alone");
  if (type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined))
    refuse(`JSON has no undefined, so none of ${checker.typeToString(type)}: return null in its place`);
  const [value] = values;
  const said = values.length === branchesOf(ts, type).length ? type : value!;
  return toDraft2020(reader.ofType(said, node), reader.definitions);
}

/** Whether a resource's function returns its contents as they are; all else becomes JSON. */
export function returnsContents(sources: Sources, signature: ts.Signature): boolean {
  const contents = (type: ts.Type): boolean =>
    branchesOf(sources.ts, type).every((branch) => {
      if (branch.flags & (sources.ts.TypeFlags.StringLike | sources.ts.TypeFlags.Any)) return true;
      if (/^(?:Uint8Array|Buffer)$/.test(branch.getSymbol()?.name ?? "")) return true;
      const item = itemOf(sources, branch);
      if (item) return contents(item);
      return branch.getProperty("text") !== undefined || branch.getProperty("blob") !== undefined;
    });
  return contents(resolvedType(sources, signature));
}

const itemOf = ({ checker }: Sources, type: ts.Type): ts.Type | undefined =>
  checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;

/** Content blocks are known by their `type`, as at run time. */
function isBlocks(sources: Sources, type: ts.Type): boolean {
  const item = itemOf(sources, type);
  if (item) return branchesOf(sources.ts, item).every((branch) => isBlocks(sources, branch));
  const kind = type.getProperty("type");
  if (!kind) return false;
  const named = sources.checker.getTypeOfSymbol(kind);
  return named.isStringLiteral() && blocks.includes(named.value) && type.getProperties().length > 1;
}

/** A result with its content blocks, or the wish to ask the client: they are told from what a schema describes. */
function isWholeResult(sources: Sources, type: ts.Type): boolean {
  if (type.getSymbol()?.name === "InputRequest") return true;
  const content = type.getProperty("content");
  return content !== undefined && isBlocks(sources, sources.checker.getTypeOfSymbol(content));
}
