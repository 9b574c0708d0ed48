import { invalidParams } from "../../protocol/errors.js";
import { own } from "../../protocol/jsonrpc.js";
import { isLoggingLevel, isLoudEnough, loggingLevels, type LoggingLevel } from "../../protocol/logging-level.js";
import type { Peer } from "../../protocol/peer.js";
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
  const tell = (what: unknown) =>
    notify(call, "notifications/message", "LoggingMessageNotificationParams", {
      level,
      ...(logger === undefined ? {} : { logger }),
      data: what,
    });
  if (flooded.has(call.peer) && server.rates.logsQuietly(call.peer)) flooded.delete(call.peer);
  if (server.rates.allowLogMessage(call.peer)) return tell(orNull(data));
  if (flooded.has(call.peer)) return;
  flooded.add(call.peer);
  const most = server.limits.maxLogMessagesPerSecond;
  tell(`Log messages come faster than ${most} a second; some are left out`);
}

/** Those that were told that messages are left out, until it has been quiet for a while. */
const flooded = new WeakSet<Peer>();

/** What JSON has no word for is null; what it cannot write at all is left out by whoever writes the message. */
const orNull = (data: unknown): unknown =>
  data === undefined || typeof data === "function" || typeof data === "symbol" ? null : data;
