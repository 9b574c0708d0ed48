import { headerMismatch } from "../protocol/errors.js";
import type { Exchange } from "../protocol/exchange.js";
import { decodeHeaderValue } from "../protocol/header-value.js";
import { own, type Request } from "../protocol/jsonrpc.js";
import type { MethodRule, Revision } from "../protocol/revision.js";

/**
 * Holds the standard request headers against the body: `Mcp-Method` on every request, `Mcp-Name` where the method has
 * one. Throws -32020. Parameters mirrored by `x-mcp-header` are held against theirs where the tool is known.
 *
 * Page: `2026-07-28/basic/transports/streamable-http#standard-request-headers`, `#server-validation`.
 */
export function admit(revision: Revision, rule: MethodRule, request: Request, exchange: Exchange): void {
  const { envelope } = exchange;
  if (!envelope || !revision.facts.mirrorsHeaders) return;
  const method = envelope.header("mcp-method")?.trim();
  if (method === undefined) throw headerMismatch("the Mcp-Method header is missing");
  if (method !== request.method)
    throw headerMismatch(`Mcp-Method is "${method}", the body's method is "${request.method}"`);
  if (rule.mirrored !== undefined)
    checkName(envelope.header("mcp-name"), own(request.params, rule.mirrored), rule.mirrored);
}

function checkName(raw: string | undefined, value: unknown, member: string): void {
  // A body without the member is malformed by itself and refused where its params are read.
  if (typeof value !== "string") return;
  if (raw === undefined) throw headerMismatch("the Mcp-Name header is missing");
  const name = decodeHeaderValue(raw);
  if (name === undefined) throw headerMismatch("the Mcp-Name header is malformed");
  if (name !== value) throw headerMismatch(`Mcp-Name is "${name}", the body's params.${member} is "${value}"`);
}
