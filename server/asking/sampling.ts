import { supports, type Capabilities } from "../../protocol/capabilities.js";
import { checkForm } from "../../protocol/form.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { Revision } from "../../protocol/revision.js";
import { checkToolBalance } from "../../protocol/tool-balance.js";
import type { CreateMessageRequestParams } from "../../protocol/types/index.js";
import type { Question } from "./question.js";

// Questions to the client's model. Pages: 2026-07-28/client/sampling and those of the revisions before it.

const kinds = ["text", "image", "audio", "tool_use", "tool_result"];
const contexts = ["none", "thisServer", "allServers"];

type Params = Readonly<Record<string, unknown>>;

/** A question to the client's model. Throws a TypeError for messages that break the rules of tool use. */
export function sampling(params: CreateMessageRequestParams): Question {
  const { messages, maxTokens, temperature, stopSequences, systemPrompt, includeContext } = params;
  const need = (fits: boolean, expected: string) => {
    if (!fits) throw new TypeError(`Sampling needs ${expected}`);
  };
  need(Array.isArray(messages), '"messages"');
  for (const message of messages as readonly unknown[]) {
    need(
      ["user", "assistant"].includes(own(message, "role") as string),
      'messages with the role "user" or "assistant"',
    );
    const blocks = [own(message, "content")].flat();
    need(
      blocks.every((block) => kinds.includes(own(block, "type") as string)),
      `messages with content of the types ${kinds.join(", ")}`,
    );
  }
  need(Number.isInteger(maxTokens) && maxTokens > 0, '"maxTokens", a whole number, 1 or more');
  need(temperature === undefined || Number.isFinite(temperature), '"temperature" to be a number');
  need(systemPrompt === undefined || typeof systemPrompt === "string", '"systemPrompt" to be a string');
  const strings = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === "string");
  need(stopSequences === undefined || strings(stopSequences), '"stopSequences" to be strings');
  need(
    includeContext === undefined || contexts.includes(includeContext),
    `"includeContext" to be one of ${contexts.join(", ")}`,
  );
  checkToolBalance(params.messages as readonly unknown[]);
  return { method: "sampling/createMessage", params: params as unknown as Record<string, unknown> };
}

/** What a client must have declared to be asked so; undefined when it has. */
export function missingForSampling(
  params: Params | undefined,
  capabilities: Capabilities,
  revision: Revision,
): Record<string, unknown> | undefined {
  if (!supports(capabilities, "sampling")) return { sampling: {} };
  const needsTools = own(params, "tools") !== undefined || own(params, "toolChoice") !== undefined;
  if (needsTools && !supports(capabilities, "sampling.tools")) return { sampling: { tools: {} } };
  if (!revision.facts.contextCapability) return undefined;
  const context = own(params, "includeContext");
  // Only a client that declared it may be asked to put other servers' context in
  // (2026-07-28/client/sampling#capabilities).
  if (context !== undefined && context !== "none" && !supports(capabilities, "sampling.context"))
    return { sampling: { context: {} } };
  return undefined;
}

/** What is wrong with the model's answer; undefined when it fits. Throws for what has no shape at all. */
export function faultOfSampling(answer: unknown): string | undefined {
  checkForm(answer, { "model!": "string", "role!": "string", stopReason: "string" }, "answer");
  const role = own(answer, "role");
  if (role !== "user" && role !== "assistant") return '"answer.role" must be "user" or "assistant"';
  const content = own(answer, "content");
  if (![content].flat().every((block) => isObject(block) && typeof block.type === "string"))
    return '"answer.content" must be a content block';
  return undefined;
}
