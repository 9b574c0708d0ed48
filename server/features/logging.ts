import { invalidParams } from "../../protocol/errors.js";
import { own } from "../../protocol/jsonrpc.js";
import { isLoggingLevel, isLoudEnough, loggingLevels, type LoggingLevel } from "../../protocol/logging-level.js";
import type { Peer } from "../../protocol/peer.js";
import { Allowances } from "../allowance.js";
import type { Call } from "../call.js";
import type { Feature } from "../feature.js";
import { notify } from "./notify.js";

/** The log messages of a server, at a bounded rate for each peer. */
export class Logging {
  /** Whether clients are offered any. */
  readonly offered: boolean;
  readonly #allowances: Allowances;
  /** Those that were told that messages are left out, until it has been quiet for a while. */
  readonly #flooded = new WeakSet<Peer>();

  constructor(offered: boolean, allowances: Allowances) {
    this.offered = offered;
    this.#allowances = allowances;
  }

  /**
   * Sends a log message of a request, where its client wants messages of that level: a legacy session's level or the
   * newest revision's per-request one, without which nothing is sent.
   *
   * Page: `2026-07-28/server/utilities/logging#per-request-log-level`.
   */
  send(call: Call, level: LoggingLevel, data: unknown, logger?: string): void {
    const { caller, server, peer } = call;
    if (caller.logLevel === undefined || !server.offers("logging") || !isLoudEnough(level, caller.logLevel)) return;
    const tell = (what: unknown) =>
      notify(call, "notifications/message", "LoggingMessageNotificationParams", {
        level,
        ...(logger === undefined ? {} : { logger }),
        data: what,
      });
    const allowance = this.#allowances.of(peer);
    // Sent nothing for so long that the allowance is whole again.
    if (this.#flooded.has(peer) && allowance.untouched) this.#flooded.delete(peer);
    if (allowance.take()) return tell(orNull(data));
    if (this.#flooded.has(peer)) return;
    this.#flooded.add(peer);
    const most = server.limits.maxLogMessagesPerSecond;
    tell(`Log messages come faster than ${most} a second; some are left out`);
  }
}

/** What JSON has no word for is null; what it cannot write at all is left out by whoever writes the message. */
const orNull = (data: unknown): unknown =>
  data === undefined || typeof data === "function" || typeof data === "symbol" ? null : data;

/**
 * The level of a legacy session; modern requests carry theirs in `_meta`.
 * Page: `2025-11-25/server/utilities/logging#setting-log-level`.
 */
function setLevel({ params, peer }: Call): Record<string, unknown> {
  const level = own(params, "level");
  if (!isLoggingLevel(level)) throw invalidParams(`"level" must be one of ${loggingLevels.join(", ")}`);
  if (peer.session) peer.session.logLevel = level;
  return {};
}

/** Log messages to clients. Page: `2026-07-28/server/utilities/logging`. */
export const logging: Feature<never, "log" | "debug" | "info" | "notice" | "warning" | "error"> = {
  name: "logging",
  limits: { maxLogMessagesPerSecond: 200 },
  handlers: { "logging/setLevel": setLevel },
  install(server, options) {
    const allowances = new Allowances(server.limits.maxLogMessagesPerSecond, server.clock);
    server.logging = new Logging(options.logging !== false, allowances);
  },
  capabilities: (server) => (server.logging.offered ? { logging: {} } : {}),
};
