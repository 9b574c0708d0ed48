import { given } from "../../protocol/given.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { Revision } from "../../protocol/revision.js";
import type { CallToolResult, ContentBlock } from "../../protocol/types/index.js";
import { isContentBlock, text } from "../content.js";
import type { Call } from "../call.js";
import { checkAuthors } from "./author-checks.js";
import type { ToolEntry } from "./tools.js";

type Result = CallToolResult & Record<string, unknown>;

/**
 * Makes the result of a call from whatever the handler returned: nothing, a string, content blocks, a whole result, or
 * any JSON value. With an output schema the value is structured content, held against the schema, with its text beside
 * it for clients that read text only. Throws a TypeError where the handler broke its own promise.
 *
 * Page: `2026-07-28/server/tools#tool-result`.
 */
export function toResult(call: Call, tool: ToolEntry, value: unknown): Result | Promise<Result> {
  const { revision } = call.caller;
  if (isWholeResult(value, tool)) return whole(call, tool, value);
  if (tool.output) return structured(tool, value, undefined, revision);
  if (value === undefined) return { content: [] };
  if (typeof value === "string") return { content: [text(value)] };
  if (isContentBlock(value)) return { content: [value] };
  if (Array.isArray(value) && value.length > 0 && value.every(isContentBlock))
    return { content: value as ContentBlock[] };
  return { content: [text(jsonOf(tool, value))] };
}

/**
 * An object with a list of content blocks; where the tool has an output schema, only when it says more than its
 * content.
 */
function isWholeResult(value: unknown, tool: ToolEntry): value is CallToolResult {
  if (!isObject(value)) return false;
  const content = own(value, "content");
  if (!Array.isArray(content) || !content.every(isContentBlock)) return false;
  return tool.output === undefined || Object.hasOwn(value, "structuredContent") || own(value, "isError") === true;
}

async function whole({ server, caller: { revision } }: Call, tool: ToolEntry, value: CallToolResult): Promise<Result> {
  const { content, structuredContent, isError, _meta } = value;
  checkAuthors(server, { _meta }, `The result of tool "${tool.name}"`);
  const rest = given({ isError, _meta });
  if (structuredContent === undefined) return { content, ...rest } as Result;
  // A failed call need not keep the promise of a successful one.
  if (tool.output && isError !== true)
    return { ...(await structured(tool, structuredContent, content, revision)), ...rest };
  return withStructured({ content, ...rest } as Result, structuredContent, revision);
}

async function structured(
  tool: ToolEntry,
  value: unknown,
  content: ContentBlock[] | undefined,
  revision: Revision,
): Promise<Result> {
  const json = jsonOf(tool, value);
  // What goes over the wire is what has to fit: a Date is a string there, a member without a value is not there.
  const plain = JSON.parse(json) as unknown;
  const checked = await tool.output!.check(plain);
  if ("problems" in checked) {
    throw new TypeError(`Tool "${tool.name}" returned what breaks its output schema: ${checked.problems.join("; ")}`);
  }
  const result: Result = { content: content ?? [text(json)] } as Result;
  return withStructured(result, plain, revision);
}

function withStructured(result: Result, value: unknown, revision: Revision): Result {
  const { structuredContent } = revision.facts;
  if (structuredContent === "any" || (structuredContent === "object" && isObject(value)))
    result.structuredContent = value;
  return result;
}

const isBytes = (value: unknown): boolean => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

/** What would be the content blocks of a value, if it were made of such. */
function blocksOf(value: unknown): readonly unknown[] {
  const blocks = own(value, "content") ?? value;
  return Array.isArray(blocks) ? blocks : [blocks];
}

function jsonOf(tool: ToolEntry, value: unknown): string {
  if (isBytes(value) || blocksOf(value).some((block) => isBytes(own(block, "data")))) {
    throw new TypeError(`Tool "${tool.name}" returned bytes; wrap them with image(), audio() or embeddedResource()`);
  }
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw new TypeError(`Tool "${tool.name}" returned what JSON cannot say: ${(error as Error).message}`);
  }
  if (json === undefined) throw new TypeError(`Tool "${tool.name}" returned what JSON cannot say: ${typeof value}`);
  return json;
}
