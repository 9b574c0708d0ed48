import { calls, without } from "../../fixture/fault.js";
import { isObject, member } from "../../trace.js";
import type { Json, JsonObject } from "../../trace.js";
import { across, answers, complete, isModern, notes, ofMessages, put, takes } from "../mutant.js";
import type { Mutant, Mutation } from "../mutant.js";
import { hiding } from "./tools.js";

const COMPLETION = "server/utilities/completion";
const LOGGING = "server/utilities/logging";
const PAGINATION = "server/utilities/pagination";
const LEVEL = ["params", "_meta", "io.modelcontextprotocol/logLevel"];
const nothing = () => ({ completion: { values: [] } });
const cursorOf = (request: Json): Json | undefined => member(member(request, "params"), "cursor");

/** Gives the modern requests of a client a log level. */
const levelled = (change: (level: Json | undefined) => Json): (() => Mutation) => {
  const level = (message: Json) =>
    member(member(member(message, "params"), "_meta"), "io.modelcontextprotocol/logLevel");
  return () => ({
    toServer: (message) =>
      isObject(message) && isModern(message) ? put(message, LEVEL, change(level(message))) : undefined,
  });
};

/** server/utilities: completion, logging, pagination. */
export const ofServerPages: readonly Mutant[] = [
  ofMessages(
    "completions-undeclared",
    across(["2025-03-26", "2026-07-28"], `${COMPLETION}#capabilities/1`),
    "Completes and does not declare it.",
    hiding("completions"),
  ),
  ofMessages(
    "completes-anything",
    ["2024-11-05/server/utilities/completion#security/1.1"],
    "Answers every request for a completion, however wrong.",
    takes("completion/complete", -32602, nothing),
  ),
  ofMessages(
    "completes-unknown-prompts",
    across(["2025-03-26", "2026-07-28"], `${COMPLETION}#error-handling/1.2`),
    "Completes arguments of a prompt that it does not have.",
    takes("completion/complete", -32602, nothing),
  ),
  ofMessages(
    "completes-without-an-argument",
    across(["2025-06-18", "2025-11-25"], `${COMPLETION}#error-handling/1.3`),
    "Completes though the argument is missing.",
    answers(
      (request) => calls(request, "completion/complete") && !isObject(member(member(request, "params"), "argument")),
      (answer, request) => ({ ...without(answer, "error"), result: complete(nothing(), request) }),
    ),
  ),
  ofMessages(
    "completion-fails-by-its-own-code",
    across(["2025-11-25"], `${COMPLETION}#error-handling/1.4`),
    "Reports a failure within a completion by a code of its own.",
    answers(
      (request) => calls(request, "completion/complete"),
      (answer) => (member(answer["error"], "code") === -32603 ? put(answer, ["error", "code"], -32001) : answer),
    ),
  ),
  ofMessages(
    "logs-undeclared",
    across(["2024-11-05", "2025-11-25", "2026-07-28"], `${LOGGING}#capabilities/1`),
    "Logs and does not declare it.",
    hiding("logging"),
  ),
  ofMessages(
    "any-level",
    across(["2024-11-05", "2025-06-18"], `${LOGGING}#error-handling/1.1`),
    "Takes a level that there is not.",
    takes("logging/setLevel", -32602, () => ({})),
  ),
  ofMessages(
    "any-level-in-a-request",
    across(["2026-07-28"], `${LOGGING}#error-handling/1.1`),
    "Takes a level that there is not, in _meta.",
    levelled((level) => (level === undefined || level === "debug" ? (level ?? "emergency") : "info")),
  ),
  ofMessages(
    "logs-unasked",
    ["2026-07-28/server/utilities/logging#per-request-log-level/1"],
    "Logs in requests that set no level.",
    levelled((level) => level ?? "debug"),
  ),
  ofMessages(
    "logs-below-the-level",
    ["2026-07-28/server/utilities/logging#per-request-log-level/2"],
    "Logs everything, whatever level the request sets.",
    levelled(() => "debug"),
  ),
  ofMessages(
    "logs-later",
    ["2026-07-28/basic/transports/streamable-http#receiving-messages/2"],
    "Keeps the log messages of a request for the stream of the next.",
    () => {
      const held: Json[] = [];
      let owed: Json[] = [];
      return {
        fromServer: (message) => {
          if (calls(message, "notifications/message")) return (held.push(message), []);
          const out = [...owed, message];
          owed = held.splice(0);
          return out;
        },
      };
    },
    ["http"],
  ),
  ofMessages(
    "any-cursor",
    across(["2024-11-05", "2025-11-25", "2026-07-28"], `${PAGINATION}#error-handling/1`),
    "Takes a cursor that it never gave.",
    answers(
      (request) => cursorOf(request) !== undefined,
      (answer, request) => {
        if (member(answer["error"], "code") !== -32602) return answer;
        const kind = String(request["method"]).split("/")[0] ?? "tools";
        const hints: JsonObject = isModern(request) ? { ttlMs: 0, cacheScope: "private" } : {};
        return { ...without(answer, "error"), result: complete({ [kind]: [], ...hints }, request) };
      },
    ),
  ),
  ofMessages(
    "cursors-wear-out",
    across(["2025-06-18", "2026-07-28"], `${PAGINATION}#implementation-guidelines/1.1`),
    "Refuses a cursor that was used before.",
    () => {
      const used = new Set<string>();
      return answers(
        (request) => cursorOf(request) !== undefined,
        (answer, request) => {
          const key = `${request["method"]} ${String(cursorOf(request))}`;
          if (!used.has(key)) return (used.add(key), answer);
          return { ...without(answer, "result"), error: { code: -32602, message: "The cursor was used" } };
        },
      )();
    },
  ),
  ofMessages(
    "bad-cursor-breaks-it",
    across(["2025-03-26"], `${PAGINATION}#implementation-guidelines/1.2`),
    "Never answers a list with a cursor that it did not give.",
    answers(
      (request) => cursorOf(request) !== undefined,
      (answer) => (answer["error"] === undefined ? answer : []),
    ),
    ["memory", "stdio", "sse"],
  ),
  ofMessages(
    "levels-out-of-the-air",
    across(["2025-03-26"], `${LOGGING}#security/2.2`),
    "Sends log messages without their data.",
    notes("notifications/message", (message) => put(message, ["params", "data"], undefined)),
  ),
  ofMessages(
    "loggers-renamed",
    across(["2025-06-18"], `${LOGGING}#implementation-considerations/1.3`),
    "Calls its logger otherwise with each message.",
    () => {
      let count = 0;
      return notes("notifications/message", (message) => put(message, ["params", "logger"], `log${++count}`))();
    },
  ),
  ofMessages(
    "completes-what-is-no-text",
    across(["2025-06-18"], `${COMPLETION}#implementation-considerations/1.4`),
    "Completes a value that is no string.",
    answers(
      (request) =>
        calls(request, "completion/complete") &&
        typeof member(member(member(request, "params"), "argument"), "value") !== "string",
      (answer, request) => ({ ...without(answer, "error"), result: complete(nothing(), request) }),
    ),
  ),
];
