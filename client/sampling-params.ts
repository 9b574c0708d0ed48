import { invalidParams, messageOf } from "../protocol/errors.js";
import { own, type Params } from "../protocol/jsonrpc.js";
import type { Revision } from "../protocol/revision.js";
import { checkToolBalance } from "../protocol/tool-balance.js";

/** What is text in each kind of content. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  text: ["text"],
  image: ["data", "mimeType"],
  audio: ["data", "mimeType"],
  tool_use: ["id", "name"],
  tool_result: ["toolUseId"],
};

/**
 * Refuses (-32602) params of a sampling that no model should see, and tools where this client did not declare that it
 * can offer them. Page: `2025-11-25/client/sampling#error-handling`, `#security-considerations`.
 */
export function checkSampling(
  params: Params | undefined,
  { sampling }: Record<string, unknown>,
  revision: Revision,
): void {
  const messages = own(params, "messages");
  if (!Array.isArray(messages)) throw invalidParams('"messages" must be a list');
  if (!Number.isInteger(own(params, "maxTokens"))) throw invalidParams('"maxTokens" must be an integer');
  const hasTools = own(params, "tools") !== undefined || own(params, "toolChoice") !== undefined;
  if (hasTools && !own(sampling, "tools")) throw invalidParams("This client did not declare sampling.tools");
  for (const [at, message] of messages.entries()) {
    const role = own(message, "role");
    if (role !== "user" && role !== "assistant")
      throw invalidParams(`"messages[${at}].role" must be "user" or "assistant"`);
    for (const block of [own(message, "content")].flat()) checkBlock(block, `messages[${at}].content`, revision);
  }
  try {
    checkToolBalance(messages);
  } catch (error) {
    throw invalidParams(messageOf(error));
  }
}

function checkBlock(block: unknown, at: string, { sampledContent }: Revision): void {
  const type = own(block, "type");
  if (typeof type !== "string" || !Object.hasOwn(sampledContent, type))
    throw invalidParams(`"${at}.type" must be one of ${Object.keys(sampledContent).join(", ")}`);
  for (const name of TEXTS[type] ?? [])
    if (typeof own(block, name) !== "string") throw invalidParams(`"${at}.${name}" must be a string`);
}
