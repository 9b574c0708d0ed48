import type { Request } from "../protocol/jsonrpc.js";
import type { RequestId } from "../protocol/jsonrpc.js";
import type { Revision } from "../protocol/revision.js";
import type { LoggingLevel } from "../protocol/logging-level.js";
import type { Terms } from "../protocol/transport.js";
import type { Connection } from "./connection.js";
import { legacy } from "./legacy.js";
import type { ListenFilter, Listener, Subscription } from "./listening.js";
import { modern } from "./modern.js";
import type { RequestOptions } from "./options.js";

/** How a client behaves in the revisions of one kind. */
export interface Era {
  /** What a transport has to know of the revision. */
  terms(revision: Revision): Terms;
  /** The members that `_meta` of each request gets. */
  meta(connection: Connection, options: RequestOptions): Readonly<Record<string, unknown>>;
  /** Tells the server that a request is taken back. */
  cancel(connection: Connection, id: RequestId, reason: string): void;
  /** Takes a request of the server. */
  asked(connection: Connection, request: Request): void;
  /** From now on log messages of this level and above are wanted. */
  setLogLevel(connection: Connection, level: LoggingLevel, options: RequestOptions): Promise<void>;
  /** Is told of changes until it ends. */
  listen(
    connection: Connection,
    filter: ListenFilter,
    listener: Listener,
    options: RequestOptions,
  ): Promise<Subscription>;
}

export const eraOf = (revision: Revision): Era => (revision.era === "modern" ? modern : legacy);
