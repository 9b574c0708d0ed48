import { supports, type Capabilities } from "../../protocol/capabilities.js";
import { checkForm } from "../../protocol/form.js";
import { compile } from "../../protocol/json-schema.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { Revision } from "../../protocol/revision.js";
import type { ElicitRequestParams } from "../../protocol/types/index.js";
import type { Question } from "./question.js";

// Questions to the user. Pages: 2026-07-28/client/elicitation, 2025-11-25/client/elicitation,
// 2025-06-18/client/elicitation.

type Params = Readonly<Record<string, unknown>>;

/** A question to the user: a form, or a page to visit. Throws a TypeError for one that no client could show. */
export function elicitation(params: ElicitRequestParams): Question {
  if (typeof params.message !== "string") throw new TypeError('An elicitation needs a "message"');
  if (params.mode === "url") {
    if (!URL.canParse(params.url))
      throw new TypeError(`An elicitation's "url" must be a valid URL, got "${params.url}"`);
    // 2026-07-28/client/elicitation#safe-url-handling/4
    const { protocol, hostname } = new URL(params.url);
    if (protocol !== "https:" && !(protocol === "http:" && isLoopbackName(hostname)))
      throw new TypeError(`An elicitation's "url" must begin with https: (http: on this machine), got "${params.url}"`);
  } else checkRequestedSchema(params.requestedSchema);
  return { method: "elicitation/create", params: params as unknown as Record<string, unknown> };
}

/** What a client must have declared to be asked so; undefined when it has. */
export function missingForElicitation(
  params: Params | undefined,
  capabilities: Capabilities,
  revision: Revision,
): Record<string, unknown> | undefined {
  // Before there were modes, elicitation meant forms, whatever else the capability may hold.
  if (!revision.shapes.ElicitRequestParams?.mode)
    return supports(capabilities, "elicitation") ? undefined : { elicitation: {} };
  const mode = own(params, "mode") === "url" ? "url" : "form";
  // An elicitation capability that names no mode means forms (2026-07-28/client/elicitation#capabilities).
  const bare = supports(capabilities, "elicitation") && !supports(capabilities, "elicitation.url");
  return supports(capabilities, `elicitation.${mode}`) || (mode === "form" && bare)
    ? undefined
    : { elicitation: { [mode]: {} } };
}

/** What is wrong with the user's answer; undefined when it fits the form. Throws for what has no shape at all. */
export function faultOfElicitation(params: Readonly<Record<string, unknown>>, answer: unknown): string | undefined {
  checkForm(answer, { "action!": "string", content: "object" }, "answer");
  const action = own(answer, "action");
  if (action !== "accept" && action !== "decline" && action !== "cancel")
    return '"answer.action" must be "accept", "decline" or "cancel"';
  if (action !== "accept" || own(params, "mode") === "url") return undefined;
  const [error] = compile(own(params, "requestedSchema"), { formats: "assert" })(own(answer, "content") ?? {});
  return error && `"answer.content": ${error.message}`;
}

/** Where development happens. */
const isLoopbackName = (name: string): boolean => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(name);

const stringFormats = ["email", "uri", "date", "date-time"];

/**
 * A form is flat: an object whose members are texts, numbers, booleans and choices
 * (2026-07-28/client/elicitation#requested-schema).
 */
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
      if (!Array.isArray(own(items, "enum")) && !Array.isArray(own(items, "anyOf")))
        fail("must be a choice: items with enum, or with anyOf of const and title");
    } else if (type !== "string" && type !== "number" && type !== "integer" && type !== "boolean") {
      fail("must be of type string, number, integer, boolean, or an array of choices");
    }
    if (format !== undefined && !stringFormats.includes(format as string))
      fail(`has the format "${String(format)}"; forms know ${stringFormats.join(", ")}`);
  }
  compile(schema);
}
