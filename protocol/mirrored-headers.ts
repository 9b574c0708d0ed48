import { headerMismatch } from "./errors.js";
import { decodeHeaderValue } from "./header-value.js";
import { own, type Request } from "./jsonrpc.js";
import type { MethodRule } from "./revision.js";

/**
 * Holds the standard request headers against the body: `Mcp-Method` on every request, `Mcp-Name` where the method has
 * one. Throws -32020. Parameters mirrored by `x-mcp-header` are held against theirs where the tool is known.
 *
 * Page: `2026-07-28/basic/transports/streamable-http#standard-request-headers`, `#server-validation`.
 */
export function checkMirrored(header: (name: string) => string | undefined, rule: MethodRule, request: Request): void {
  const method = header("mcp-method")?.trim();
  if (method === undefined) throw headerMismatch("the Mcp-Method header is missing");
  if (method !== request.method)
    throw headerMismatch(`Mcp-Method is "${method}", the body's method is "${request.method}"`);
  if (rule.mirrored !== undefined) checkName(header("mcp-name"), own(request.params, rule.mirrored), rule.mirrored);
}

function checkName(raw: string | undefined, value: unknown, member: string): void {
  // A body without the member is malformed by itself and refused where its params are read.
  if (typeof value !== "string") return;
  if (raw === undefined) throw headerMismatch("the Mcp-Name header is missing");
  const name = decodeHeaderValue(raw);
  if (name === undefined) throw headerMismatch("the Mcp-Name header is malformed");
  if (name !== value) throw headerMismatch(`Mcp-Name is "${name}", the body's params.${member} is "${value}"`);
}
