import { invalidParams } from "../../protocol/errors.js";
import { own } from "../../protocol/jsonrpc.js";
import { isLoggingLevel, loggingLevels } from "../../protocol/logging-level.js";
import type { Handlers } from "../call.js";

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
