import { headerMismatch, sessionNotFound, sessionRequired, unsupportedHeader, type Refusal } from "./errors.js";
import { decodeHeaderValue } from "./header-value.js";
import { own, type Request } from "./jsonrpc.js";
import type { MethodRule, Revision } from "./revision.js";
import { assumedLegacy } from "./revisions/index.js";
import type { Spoken } from "./revisions/spoken.js";

/**
 * The HTTP side of a request, which a binding without headers leaves out: what the headers say, and what HTTP alone
 * refuses.
 */
export abstract class Envelope {
  /** Whether a session id came along that names no live session of this principal. */
  readonly unknownSession: boolean;
  /** Whether legacy requests may come without a session. */
  readonly stateless: boolean;

  constructor(unknownSession: boolean, stateless: boolean) {
    this.unknownSession = unknownSession;
    this.stateless = stateless;
  }

  /** A header's value by its lower-case name. */
  abstract header(name: string): string | undefined;

  /** The version in the header. */
  get version(): string | undefined {
    return this.header("mcp-protocol-version")?.trim();
  }

  /**
   * Holds the version in the header against the one that the body names. Throws -32020.
   * Page: `2026-07-28/basic/transports/streamable-http#protocol-version-header`.
   */
  checkVersion(named: string): void {
    const { version } = this;
    if (version === undefined) throw headerMismatch("the MCP-Protocol-Version header is missing");
    if (version !== named)
      throw headerMismatch(`MCP-Protocol-Version is "${version}", the body's _meta says "${named}"`);
  }

  /** Throws 400 for a version that no legacy revision has (2025-11-25/basic/transports#protocol-version-header). */
  checkLegacy(spoken: Spoken): void {
    const { version } = this;
    if (version !== undefined && !spoken.legacy(version)) throw unsupportedHeader(version, spoken.versions);
  }

  /** Throws 404 for a session that is none. */
  checkSession(): void {
    if (this.unknownSession) throw this.sessionNotFound();
  }

  sessionNotFound(): Refusal {
    return sessionNotFound();
  }

  /** The legacy revision of a request that has no session. Page: `2025-11-25/basic/transports#session-management`. */
  withoutSession(spoken: Spoken): Revision {
    this.checkLegacy(spoken);
    if (!this.stateless) throw sessionRequired();
    const revision = spoken.legacy(this.version ?? assumedLegacy.version);
    if (!revision) throw unsupportedHeader(assumedLegacy.version, spoken.versions);
    return revision;
  }

  /**
   * Holds the standard request headers against the body: `Mcp-Method` on every request, `Mcp-Name` where the method has
   * one. Throws -32020. Parameters mirrored by `x-mcp-header` are held against theirs where the tool is known.
   *
   * Page: `2026-07-28/basic/transports/streamable-http#standard-request-headers`, `#server-validation`.
   */
  checkMirrored(rule: MethodRule, request: Request): void {
    const method = this.header("mcp-method")?.trim();
    if (method === undefined) throw headerMismatch("the Mcp-Method header is missing");
    if (method !== request.method)
      throw headerMismatch(`Mcp-Method is "${method}", the body's method is "${request.method}"`);
    if (rule.mirrored !== undefined)
      checkName(this.header("mcp-name"), own(request.params, rule.mirrored), rule.mirrored);
  }
}
function checkName(raw: string | undefined, value: unknown, member: string): void {
  // A body without the member is malformed by itself and refused where its params are read.
  if (typeof value !== "string") return;
  if (raw === undefined) throw headerMismatch("the Mcp-Name header is missing");
  const name = decodeHeaderValue(raw);
  if (name === undefined) throw headerMismatch("the Mcp-Name header is malformed");
  if (name !== value) throw headerMismatch(`Mcp-Name is "${name}", the body's params.${member} is "${value}"`);
}
