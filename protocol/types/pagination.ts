// Lists that come in pages.
// https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/pagination
import type { RequestEnvelope, Result } from "./json-rpc.js";
import type { RequestParams } from "./meta.js";

/**
 * Where the next page begins. Opaque to the client, and of no use beyond the list that it came from.
 * @schema string
 */
export type Cursor = string;

/**
 * Parameters of a request for a list.
 * @since 2025-11-25
 */
export interface PaginatedRequestParams extends RequestParams {
  /** Asks for the page after the one that gave this cursor; the first page without it. @schema Cursor */
  cursor?: Cursor;
}

/** A request for a list. */
export interface PaginatedRequest extends RequestEnvelope {
  /** The method called. */
  method: string;
  /** Its parameters. @requiredSince 2026-07-28 */
  params?: PaginatedRequestParams;
}

/** A page of a list. */
export interface PaginatedResult extends Result {
  /** Leads to the next page; absent on the last. @schema Cursor */
  nextCursor?: Cursor;
}
