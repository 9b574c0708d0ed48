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
import { own, type Notification, type Request } from "../protocol/jsonrpc.js";
import { metaKeys, namedVersion, namesItsClient } from "../protocol/meta.js";
import type { Peer } from "../protocol/peer.js";
import type { Revision } from "../protocol/revision.js";
import { assumedLegacy } from "../protocol/revisions/index.js";
import type { Spoken } from "../protocol/revisions/spoken.js";

/**
 * Finds the revision that a message speaks, from the message and its envelope or from the peer's session; it is kept
 * nowhere else. The order of the steps is the order in which the specification's rules take precedence:
 * `2026-07-28/basic/versioning#backward-compatibility-with-initialization-based-versions`,
 * `2026-07-28/basic/transports/streamable-http#protocol-version-header`,
 * `2025-11-25/basic/transports#protocol-version-header`, `#session-management`.
 */
export function revisionOf(message: Request | Notification, peer: Peer, exchange: Exchange, spoken: Spoken): Revision {
  const header = exchange.envelope?.header("mcp-protocol-version")?.trim();
  const named = namedVersion(message);
  if (named !== undefined) return modernByName(named, header, exchange, spoken);
  const isRequest = "id" in message;
  const inHeader = header === undefined ? undefined : spoken.modern(header);
  if (inHeader) {
    // A notification carries no metadata in any revision, so its header is all there is to go by.
    if (isRequest) throw malformed();
    return inHeader;
  }
  if (!spoken.latestLegacy) return withoutLegacy(message, spoken);
  if (message.method === "initialize") {
    if (exchange.envelope?.unknownSession) throw sessionNotFound();
    // Even before a version is agreed on, a header that names none is a 400
    // (2025-11-25/basic/transports#protocol-version-header/4).
    checkHeader(header, spoken);
    return spoken.latestLegacy;
  }
  if (peer.session) {
    // A version that differs from the session's but exists is tolerated: that one is negotiated, the header is not.
    checkHeader(header, spoken);
    const revision = spoken.legacy(peer.session.version);
    // One that another node opened, whose revisions are not ours.
    if (!revision) throw sessionNotFound();
    return revision;
  }
  if (exchange.envelope?.unknownSession) throw sessionNotFound();
  if (message.method === "server/discover" || (isRequest && namesItsClient(message))) throw malformed();
  if (exchange.envelope) return withoutSession(exchange.envelope.stateless, header, spoken);
  if (message.method === "ping" || !isRequest) return spoken.latestLegacy;
  throw invalidRequest(
    `"initialize" has to come first, or "params._meta" has to name a protocol version; got "${message.method}"`,
  );
}

function modernByName(named: unknown, header: string | undefined, exchange: Exchange, spoken: Spoken): Revision {
  if (typeof named !== "string")
    throw invalidParams(`"_meta.${metaKeys.protocolVersion}" must be a string`, { status: 400 });
  if (exchange.envelope) {
    if (header === undefined) throw headerMismatch("the MCP-Protocol-Version header is missing");
    if (header !== named) throw headerMismatch(`MCP-Protocol-Version is "${header}", the body's _meta says "${named}"`);
  }
  const revision = spoken.modern(named);
  if (!revision) throw unsupportedProtocolVersion(named, spoken.modernVersions);
  return revision;
}

/**
 * What a client with a handshake is told where no revision has one. Its people may see this message and nothing else
 * (2026-07-28/basic/versioning#backward-compatibility-with-initialization-based-versions/3).
 */
function withoutLegacy(message: Request | Notification, spoken: Spoken): Revision {
  if (!("id" in message)) return spoken.modern(spoken.modernVersions.at(-1)!)!;
  if (message.method !== "initialize") throw malformed();
  const requested = own(message.params, "protocolVersion");
  throw unsupportedProtocolVersion(typeof requested === "string" ? requested : "none", spoken.modernVersions);
}

function checkHeader(header: string | undefined, spoken: Spoken): void {
  if (header !== undefined && !spoken.legacy(header)) throw unsupportedHeader(header, spoken.versions);
}

function withoutSession(stateless: boolean, header: string | undefined, spoken: Spoken): Revision {
  checkHeader(header, spoken);
  if (!stateless) throw sessionRequired();
  const revision = spoken.legacy(header ?? assumedLegacy.version);
  if (!revision) throw unsupportedHeader(assumedLegacy.version, spoken.versions);
  return revision;
}

const malformed = (): Refusal =>
  invalidParams(`"params._meta" must hold "${metaKeys.protocolVersion}"`, { status: 400 });
