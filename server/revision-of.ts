import {
  headerMismatch,
  invalidParams,
  invalidRequest,
  sessionNotFound,
  sessionRequired,
  unsupportedHeader,
  unsupportedProtocolVersion,
  type Refusal,
} from "../protocol/errors.js";
import type { Exchange } from "../protocol/exchange.js";
import type { Notification, Request } from "../protocol/jsonrpc.js";
import { metaKeys, namedVersion, namesItsClient } from "../protocol/meta.js";
import type { Peer } from "../protocol/peer.js";
import type { Revision } from "../protocol/revision.js";
import {
  assumedLegacy,
  latestLegacy,
  legacyRevision,
  modernRevision,
  modernVersions,
  versions,
} from "../protocol/revisions/index.js";

/**
 * Finds the revision that a message speaks, from the message and its envelope or from the peer's session; it is kept
 * nowhere else. The order of the steps is the order in which the specification's rules take precedence:
 * `2026-07-28/basic/versioning#backward-compatibility-with-initialization-based-versions`,
 * `2026-07-28/basic/transports/streamable-http#protocol-version-header`,
 * `2025-11-25/basic/transports#protocol-version-header`, `#session-management`.
 */
export function revisionOf(message: Request | Notification, peer: Peer, exchange: Exchange): Revision {
  const header = exchange.envelope?.header("mcp-protocol-version")?.trim();
  const named = namedVersion(message);
  if (named !== undefined) return modernByName(named, header, exchange);
  const isRequest = "id" in message;
  if (header !== undefined && modernRevision(header)) {
    // A notification carries no metadata in any revision, so its header is all there is to go by.
    if (isRequest) throw malformed();
    return modernRevision(header)!;
  }
  if (message.method === "initialize") {
    if (exchange.envelope?.unknownSession) throw sessionNotFound();
    // Even before a version is agreed on, a header that names none is a 400
    // (2025-11-25/basic/transports#protocol-version-header/4).
    if (header !== undefined && !legacyRevision(header)) throw unsupportedHeader(header, versions);
    return latestLegacy;
  }
  if (peer.session) return ofSession(peer.session.version, header);
  if (exchange.envelope?.unknownSession) throw sessionNotFound();
  if (message.method === "server/discover" || (isRequest && namesItsClient(message))) throw malformed();
  if (exchange.envelope) return withoutSession(exchange.envelope.stateless, header);
  if (message.method === "ping" || !isRequest) return latestLegacy;
  throw invalidRequest(
    `"initialize" has to come first, or "params._meta" has to name a protocol version; got "${message.method}"`,
  );
}

function modernByName(named: unknown, header: string | undefined, exchange: Exchange): Revision {
  if (typeof named !== "string")
    throw invalidParams(`"_meta.${metaKeys.protocolVersion}" must be a string`, { status: 400 });
  if (exchange.envelope) {
    if (header === undefined) throw headerMismatch("the MCP-Protocol-Version header is missing");
    if (header !== named) throw headerMismatch(`MCP-Protocol-Version is "${header}", the body's _meta says "${named}"`);
  }
  const revision = modernRevision(named);
  if (!revision) throw unsupportedProtocolVersion(named, modernVersions);
  return revision;
}

function ofSession(version: string, header: string | undefined): Revision {
  // A version that differs from the session's but exists is tolerated: the session's is negotiated, the header is not.
  if (header !== undefined && !legacyRevision(header)) throw unsupportedHeader(header, versions);
  return legacyRevision(version)!;
}

function withoutSession(stateless: boolean, header: string | undefined): Revision {
  if (header !== undefined && !legacyRevision(header)) throw unsupportedHeader(header, versions);
  if (!stateless) throw sessionRequired();
  return header === undefined ? assumedLegacy : legacyRevision(header)!;
}

const malformed = (): Refusal =>
  invalidParams(`"params._meta" must hold "${metaKeys.protocolVersion}"`, { status: 400 });
