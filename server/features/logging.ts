import { invalidParams } from "../../protocol/errors.js";
import { own } from "../../protocol/jsonrpc.js";
import { isLoggingLevel, isLoudEnough, loggingLevels, type LoggingLevel } from "../../protocol/logging-level.js";
import type { Call, Handlers } from "../call.js";
import { notify } from "./notify.js";

/**
 * The level of a legacy session; modern requests carry theirs in `_meta`.
 * Page: `2025-11-25/server/utilities/logging#setting-log-level`.
 */
export const logging: Handlers = {
  "logging/setLevel": ({ params, peer }) => {
    const level = own(params, "level");
    if (!isLoggingLevel(level)) throw invalidParams(`"level" must be one of ${loggingLevels.join(", ")}`);
    if (peer.session) peer.session.logLevel = level;
    return {};
  },
};

/**
 * Sends a log message of a request, where its client wants messages of that level: a legacy session's level or the
 * newest revision's per-request one, without which nothing is sent.
 *
 * Page: `2026-07-28/server/utilities/logging#per-request-log-level`.
 */
export function sendLogMessage(call: Call, level: LoggingLevel, data: unknown, logger?: string): void {
  const { caller, server } = call;
  if (caller.logLevel === undefined || !server.offers("logging") || !isLoudEnough(level, caller.logLevel)) return;
  notify(call, "notifications/message", "LoggingMessageNotificationParams", {
    level,
    ...(logger === undefined ? {} : { logger }),
    data: data === undefined ? null : data,
  });
}
