import { own } from "./jsonrpc.js";

/**
 * Every use of a tool by the model is followed by a user message that holds all of its results and nothing else.
 * 2026-07-28/client/sampling#tool-result-messages/1, 2026-07-28/client/sampling#tool-use-and-result-balance/1.
 * Throws a TypeError that says what is out of place.
 */
export function checkToolBalance(messages: readonly unknown[]): void {
  let open: string[] = [];
  for (const message of messages) {
    const blocks = [own(message, "content")].flat();
    const results = blocks.filter((block) => own(block, "type") === "tool_result");
    if (results.length > 0 && results.length < blocks.length)
      throw new TypeError("A sampling message with tool results must hold nothing else");
    if (results.length > 0 && own(message, "role") !== "user")
      throw new TypeError("Tool results in sampling come from the user");
    const answered = results.map((block) => String(own(block, "toolUseId"))).sort();
    if (open.length > 0 || answered.length > 0) {
      if (JSON.stringify(answered) !== JSON.stringify(open)) {
        throw new TypeError(
          `In sampling, the tool uses [${open.join(", ")}] must be followed by their results and no others, got [${answered.join(", ")}]`,
        );
      }
    }
    open = blocks
      .filter((block) => own(block, "type") === "tool_use")
      .map((block) => String(own(block, "id")))
      .sort();
  }
  if (open.length > 0) throw new TypeError(`In sampling, the tool uses [${open.join(", ")}] have no results`);
}
