import type { Asked } from "../clients/subject.js";
import { isObject, member } from "../trace.js";
import type { Json, JsonObject } from "../trace.js";

const RELATED = "io.modelcontextprotocol/related-task";
const KINDS: Readonly<Record<string, string>> = {
  "roots/list": "roots",
  "sampling/createMessage": "sampling",
  "elicitation/create": "elicitation",
};
const refuse = (code: number, message: string) => ({ error: { code, message } });

/** What the plain client answers to a request of the server: a result or an error. */
export function answerTo(message: JsonObject, asked: Asked, roots: Json): JsonObject {
  const method = String(message["method"]);
  if (method === "ping") return { result: {} };
  const capabilities = asked.capabilities as Json;
  const kind = Object.hasOwn(KINDS, method) ? KINDS[method] : undefined;
  if (kind === undefined || member(capabilities, kind) === undefined) return refuse(-32601, "Method not found");
  const tools = member(message["params"], "tools") !== undefined;
  if (kind === "sampling" && tools && member(member(capabilities, kind), "tools") === undefined)
    return refuse(-32602, "sampling.tools is not declared");
  if (kind === "elicitation" && refusesMode(message, member(capabilities, kind))) return refuse(-32602, "No such mode");
  if (member(asked.answers as Json, "fail") === true) return refuse(-32603, "It failed");
  if (kind === "sampling" && member(asked.answers as Json, "refuse") === true) return refuse(-1, "The user refuses");
  const related = member(member(message["params"], "_meta"), RELATED);
  const tagged = related === undefined ? {} : { _meta: { [RELATED]: related } };
  return { result: { ...resultOf(method, asked, roots), ...tagged } };
}

/** The same for a question inside a result. Throws where the client does not answer such. */
export function askedInResult(question: JsonObject, asked: Asked, roots: Json): JsonObject {
  const { result, error } = answerTo(question, asked, roots);
  if (error !== undefined) throw new Error(String(member(error, "message")));
  return result as JsonObject;
}

function refusesMode(message: JsonObject, declared: Json | undefined): boolean {
  const mode = member(message["params"], "mode") ?? "form";
  const modes = isObject(declared) ? Object.keys(declared) : [];
  return !(modes.includes(String(mode)) || (mode === "form" && modes.length === 0));
}

function resultOf(method: string, { answers }: Asked, roots: Json): JsonObject {
  const given = answers as JsonObject;
  if (method === "roots/list") return { roots };
  if (method === "elicitation/create") return (given["elicitation"] ?? { action: "decline" }) as JsonObject;
  const text = { role: "assistant", content: { type: "text", text: "yes" }, model: "plain" };
  return (given["sampling"] ?? text) as JsonObject;
}
