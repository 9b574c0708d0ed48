import type { LoggingLevel } from "../protocol/logging-level.js";
import type { Revision } from "../protocol/revision.js";
import type { ClientInfo } from "../protocol/session.js";

/** Who asks, and in which revision: what both eras find out about a request, each in its own way. */
export interface Caller {
  readonly revision: Revision;
  readonly clientInfo: ClientInfo | undefined;
  readonly clientCapabilities: Readonly<Record<string, unknown>>;
  /** The least severe level that this request's log messages may have; undefined: none may be sent. */
  readonly logLevel: LoggingLevel | undefined;
  readonly principal: string | undefined;
}
