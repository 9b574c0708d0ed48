import { supports, type Capabilities } from "../../protocol/capabilities.js";
import { checkForm } from "../../protocol/form.js";
import { compile } from "../../protocol/json-schema.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { CreateMessageRequestParams, ElicitRequestParams } from "../../protocol/types/index.js";

/**
 * Something that a server asks of a client while it works on a call.
 * Pages: `2026-07-28/client/elicitation`, `2026-07-28/client/sampling`, `2026-07-28/client/roots`.
 */
export interface Question {
  readonly method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A question to the user: a form, or a page to visit. Throws a TypeError for one that no client could show. */
export function elicitation(params: ElicitRequestParams): Question {
  if (typeof params.message !== "string") throw new TypeError('An elicitation needs a "message"');
  if (params.mode === "url") {
    if (!URL.canParse(params.url)) throw new TypeError(`An elicitation's "url" must be a valid URL, got "${params.url}"`);
  } else checkRequestedSchema(params.requestedSchema);
  return { method: "elicitation/create", params: params as unknown as Record<string, unknown> };
}

/** A question to the client's model. Throws a TypeError for messages that break the rules of tool use. */
export function sampling(params: CreateMessageRequestParams): Question {
  if (!Array.isArray(params.messages)) throw new TypeError('Sampling needs "messages"');
  if (!Number.isInteger(params.maxTokens)) throw new TypeError('Sampling needs "maxTokens", a whole number');
  checkToolBalance(params.messages as readonly unknown[]);
  return { method: "sampling/createMessage", params: params as unknown as Record<string, unknown> };
}

export const roots: Question = { method: "roots/list" };

/** What a client must have declared for a question, in the shape of capabilities; undefined when all of it is there. */
export function missingFor({ method, params }: Question, capabilities: Capabilities): Record<string, unknown> | undefined {
  if (method === "roots/list") return supports(capabilities, "roots") ? undefined : { roots: {} };
  if (method === "elicitation/create") {
    const mode = own(params, "mode") === "url" ? "url" : "form";
    // An elicitation capability that names no mode means forms (2026-07-28/client/elicitation#capabilities).
    const bare = supports(capabilities, "elicitation") && !supports(capabilities, "elicitation.url");
    return supports(capabilities, `elicitation.${mode}`) || (mode === "form" && bare) ? undefined : { elicitation: { [mode]: {} } };
  }
  if (!supports(capabilities, "sampling")) return { sampling: {} };
  const needsTools = own(params, "tools") !== undefined || own(params, "toolChoice") !== undefined;
  if (needsTools && !supports(capabilities, "sampling.tools")) return { sampling: { tools: {} } };
  const context = own(params, "includeContext");
  // Only a client that declared it may be asked to put other servers' context in (2026-07-28/client/sampling#capabilities).
  if (context !== undefined && context !== "none" && !supports(capabilities, "sampling.context")) return { sampling: { context: {} } };
  return undefined;
}

/** What is wrong with a client's answer to a question; undefined when it fits. */
export function faultOf({ method, params }: Question, answer: unknown): string | undefined {
  try {
    if (method === "roots/list") checkForm(answer, { "roots!": [{ "uri!": "string", name: "string" }] }, "answer");
    else if (method === "sampling/createMessage") {
      checkForm(answer, { "model!": "string", "role!": "string", stopReason: "string" }, "answer");
      const role = own(answer, "role");
      if (role !== "user" && role !== "assistant") return '"answer.role" must be "user" or "assistant"';
      const content = own(answer, "content");
      if (![content].flat().every((block) => isObject(block) && typeof block.type === "string")) return '"answer.content" must be a content block';
    } else return faultOfElicitation(params!, answer);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

function faultOfElicitation(params: Readonly<Record<string, unknown>>, answer: unknown): string | undefined {
  checkForm(answer, { "action!": "string", content: "object" }, "answer");
  const action = own(answer, "action");
  if (action !== "accept" && action !== "decline" && action !== "cancel") return '"answer.action" must be "accept", "decline" or "cancel"';
  if (action !== "accept" || own(params, "mode") === "url") return undefined;
  const [error] = compile(own(params, "requestedSchema"), { formats: "assert" })(own(answer, "content") ?? {});
  return error && `"answer.content": ${error.message}`;
}

const stringFormats = ["email", "uri", "date", "date-time"];

/** A form is flat: an object whose members are texts, numbers, booleans and choices (2026-07-28/client/elicitation#requested-schema). */
function checkRequestedSchema(schema: unknown): void {
  const properties = own(schema, "properties");
  if (own(schema, "type") !== "object" || !isObject(properties)) {
    throw new TypeError('An elicitation\'s schema must have "type": "object" and "properties"');
  }
  for (const [name, property] of Object.entries(properties)) {
    const type = own(property, "type");
    const format = own(property, "format");
    const fail = (why: string): never => {
      throw new TypeError(`An elicitation's schema: "${name}" ${why}`);
    };
    if (type === "array") {
      const items = own(property, "items");
      if (!Array.isArray(own(items, "enum")) && !Array.isArray(own(items, "anyOf"))) fail("must be a choice: items with enum, or with anyOf of const and title");
    } else if (type !== "string" && type !== "number" && type !== "integer" && type !== "boolean") {
      fail("must be of type string, number, integer, boolean, or an array of choices");
    }
    if (format !== undefined && !stringFormats.includes(format as string)) fail(`has the format "${String(format)}"; forms know ${stringFormats.join(", ")}`);
  }
  compile(schema);
}

/**
 * Every use of a tool by the model is followed by a user message that holds all of its results and nothing else.
 * 2026-07-28/client/sampling#tool-result-messages/1, 2026-07-28/client/sampling#tool-use-and-result-balance/1.
 */
function checkToolBalance(messages: readonly unknown[]): void {
  let open: string[] = [];
  for (const message of messages) {
    const blocks = [own(message, "content")].flat();
    const results = blocks.filter((block) => own(block, "type") === "tool_result");
    if (results.length > 0 && results.length < blocks.length) throw new TypeError("A sampling message with tool results must hold nothing else");
    if (results.length > 0 && own(message, "role") !== "user") throw new TypeError("Tool results in sampling come from the user");
    const answered = results.map((block) => String(own(block, "toolUseId"))).sort();
    if (open.length > 0 || answered.length > 0) {
      if (JSON.stringify(answered) !== JSON.stringify(open)) {
        throw new TypeError(`In sampling, the tool uses [${open.join(", ")}] must be followed by their results and no others, got [${answered.join(", ")}]`);
      }
    }
    open = blocks.filter((block) => own(block, "type") === "tool_use").map((block) => String(own(block, "id"))).sort();
  }
  if (open.length > 0) throw new TypeError(`In sampling, the tool uses [${open.join(", ")}] have no results`);
}
