import { calls, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { JsonObject } from "../../trace.js";
import { across, answers, complete, items, notes, ofMessages, put, results } from "../mutant.js";
import type { Mutant, Mutation } from "../mutant.js";

const TOOLS = "server/tools";
const X_HEADER = "x-mcp-header";
const STREAMABLE = "2026-07-28/basic/transports/streamable-http";

/** Declares everything but one capability. */
export const hiding = (name: string) => {
  const hide = (result: JsonObject) => put(result, ["capabilities", name], undefined);
  return (): Mutation => {
    const [legacy, modern] = [results("initialize", hide)(), results("server/discover", hide)()];
    return {
      toServer: (message, headers) => {
        legacy.toServer?.(message, headers);
        modern.toServer?.(message, headers);
      },
      fromServer: (message) =>
        (legacy.fromServer?.(message) ?? []).flatMap((one) => [...(modern.fromServer?.(one) ?? [])]),
    };
  };
};

/** The first tool of a list with a property that clients repeat in a header. */
const annotated = (schema: JsonObject) =>
  items("tools/list", "tools", (tool, index) =>
    index === 0 ? { ...tool, inputSchema: { type: "object", ...schema } } : tool,
  );
const property = (schema: JsonObject) => annotated({ properties: { region: schema } });

/** Lists fewer things each time that a list is asked for on a connection. */
export const forgetful = (method: string, name: string) => () => {
  let times = 0;
  return results(method, (result) => {
    const list = result[name];
    return Array.isArray(list) ? { ...result, [name]: list.slice(times++) } : result;
  })();
};

/** Answers a list as if it did not know the method. */
export const unknownMethod = (method: string) =>
  answers(
    (request) => calls(request, method),
    (answer) => ({ ...without(answer, "result"), error: { code: -32601, message: "Method not found" } }),
  );

/** server/tools. */
export const ofTools: readonly Mutant[] = [
  ofMessages(
    "tools-undeclared",
    across(["2024-11-05", "2025-06-18", "2026-07-28"], `${TOOLS}#capabilities/1`),
    "Has tools and does not declare them.",
    hiding("tools"),
  ),
  ofMessages(
    "tools-unlisted",
    ["2026-07-28/server/tools#capabilities/2"],
    "Declares tools and does not know tools/list.",
    unknownMethod("tools/list"),
  ),
  ofMessages(
    "tools-by-the-hour",
    ["2026-07-28/server/tools#capabilities/3"],
    "Lists one tool less with each time that the connection asks.",
    forgetful("tools/list", "tools"),
  ),
  ofMessages(
    "tools-shuffled",
    ["2026-07-28/server/tools#capabilities/5"],
    "Lists the tools the other way round every second time.",
    () => {
      let times = 0;
      return results("tools/list", (result) => {
        const list = result["tools"];
        return Array.isArray(list) && times++ % 2 === 1 ? { ...result, tools: list.toReversed() } : result;
      })();
    },
  ),
  ofMessages(
    "arguments-taken-on-trust",
    across(["2025-11-25", "2026-07-28"], `${TOOLS}#security-considerations/1.1`),
    "Does not say isError where arguments break their schema.",
    results("tools/call", (result) => without(result, "isError")),
  ),
  ofMessages(
    "arguments-never-refused",
    across(["2024-11-05", "2025-03-26"], `${TOOLS}#security-considerations/1.1`),
    "Answers a call with bad arguments as if they were good.",
    answers(
      (request) => calls(request, "tools/call"),
      (answer, request) =>
        member(answer["error"], "code") === -32602
          ? { ...without(answer, "error"), result: complete({ content: [{ type: "text", text: "done" }] }, request) }
          : answer,
    ),
  ),
  ofMessages(
    "output-of-another-shape",
    across(["2025-06-18", "2025-11-25", "2026-07-28"], `${TOOLS}#output-schema/1`),
    "Sends structured content whose numbers are strings.",
    results("tools/call", (result) => {
      const content = result["structuredContent"];
      if (!isObject(content)) return result;
      const strings = Object.fromEntries(Object.entries(content).map(([name, value]) => [name, String(value)]));
      return { ...result, structuredContent: strings, content: [{ type: "text", text: JSON.stringify(strings) }] };
    }),
  ),
  ofMessages(
    "structure-without-text",
    across(["2025-06-18", "2026-07-28"], `${TOOLS}#structured-content/1`),
    "Sends structured content without the same as text.",
    results("tools/call", (result) =>
      result["structuredContent"] === undefined ? result : { ...result, content: [] },
    ),
  ),
  ofMessages(
    "schema-of-null",
    across(["2025-11-25", "2026-07-28"], `${TOOLS}#tool/1`),
    "Lists tools whose inputSchema is null.",
    items("tools/list", "tools", (tool) => ({ ...tool, inputSchema: null })),
  ),
  ofMessages(
    "endless-name",
    across(["2025-11-25"], `${TOOLS}#tool-names/1`),
    "Lists a tool whose name has 129 characters.",
    items("tools/list", "tools", (tool, index) => (index === 0 ? { ...tool, name: "n".repeat(129) } : tool)),
  ),
  ofMessages(
    "names-in-any-case",
    across(["2025-11-25"], `${TOOLS}#tool-names/2`),
    "Takes a name in capitals for the same name.",
    () => ({
      toServer: (message) => {
        const name = member(member(message, "params"), "name");
        return calls(message, "tools/call") && typeof name === "string"
          ? put(message, ["params", "name"], name.toLowerCase())
          : undefined;
      },
    }),
  ),
  ofMessages(
    "name-with-an-accent",
    across(["2026-07-28"], `${TOOLS}#tool-names/3`),
    "Lists a tool whose name has letters beyond ASCII.",
    items("tools/list", "tools", (tool, index) => (index === 0 ? { ...tool, name: "outil_préféré" } : tool)),
  ),
  ofMessages(
    "name-with-a-space",
    across(["2025-11-25"], `${TOOLS}#tool-names/4`),
    "Lists a tool whose name has a space.",
    items("tools/list", "tools", (tool, index) => (index === 0 ? { ...tool, name: "my tool" } : tool)),
  ),
  ofMessages(
    "tools-change-in-silence",
    across(["2024-11-05", "2026-07-28"], `${TOOLS}#list-changed-notification/1`),
    "Does not announce that its tools have changed.",
    notes("notifications/tools/list_changed", () => undefined),
  ),
  ofMessages(
    "header-name-empty",
    ["2026-07-28/server/tools#x-mcp-header/1"],
    "Wants a parameter repeated in a header without a name.",
    property({ type: "string", [X_HEADER]: "" }),
  ),
  ofMessages(
    "header-name-no-token",
    [`${STREAMABLE}#schema-extension/2`],
    "Wants a parameter repeated in a header whose name is no token.",
    property({ type: "string", [X_HEADER]: "Re(gion" }),
  ),
  ofMessages(
    "header-name-of-two-lines",
    ["2026-07-28/server/tools#x-mcp-header/3"],
    "Wants a parameter repeated in a header whose name has a line feed.",
    property({ type: "string", [X_HEADER]: "Region\nX" }),
  ),
  ofMessages(
    "header-names-alike",
    [`${STREAMABLE}#schema-extension/4`],
    "Wants two parameters in headers whose names differ in case alone.",
    annotated({
      properties: { a: { type: "string", [X_HEADER]: "Region" }, b: { type: "string", [X_HEADER]: "REGION" } },
    }),
  ),
  ofMessages(
    "header-of-an-object",
    ["2026-07-28/server/tools#x-mcp-header/5"],
    "Wants an object repeated in a header.",
    property({ type: "object", [X_HEADER]: "Region" }),
  ),
  ofMessages(
    "header-of-an-item",
    [`${STREAMABLE}#schema-extension/8`],
    "Wants the items of an array repeated in a header.",
    property({ type: "array", items: { type: "string", [X_HEADER]: "Region" } }),
  ),
  ofMessages(
    "header-beyond-a-choice",
    [`${STREAMABLE}#schema-extension/7`, "2026-07-28/server/tools#x-mcp-header/7"],
    "Wants a parameter repeated that stands in one of several schemas.",
    annotated({ anyOf: [{ properties: { region: { type: "string", [X_HEADER]: "Region" } } }] }),
  ),
];
