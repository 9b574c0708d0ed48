import type { Envelope } from "../protocol/envelope.js";
import { invalidParams, invalidRequest, unsupportedProtocolVersion, type Refusal } from "../protocol/errors.js";
import type { Exchange } from "../protocol/exchange.js";
import { own, type Notification, type Request } from "../protocol/jsonrpc.js";
import { metaKeys, namedVersion, namesItsClient } from "../protocol/meta.js";
import type { Peer } from "../protocol/peer.js";
import type { Revision } from "../protocol/revision.js";
import type { Spoken } from "../protocol/revisions/spoken.js";

/**
 * Finds the revision that a message speaks, from the message and its envelope or from the peer's session; it is kept
 * nowhere else. The order of the steps is the order in which the specification's rules take precedence:
 * `2026-07-28/basic/versioning#backward-compatibility-with-initialization-based-versions`,
 * `2026-07-28/basic/transports/streamable-http#protocol-version-header`,
 * `2025-11-25/basic/transports#protocol-version-header`, `#session-management`.
 */
export function revisionOf(message: Request | Notification, peer: Peer, exchange: Exchange, spoken: Spoken): Revision {
  const { envelope } = exchange;
  const named = namedVersion(message);
  if (named !== undefined) return modernByName(named, envelope, spoken);
  const isRequest = "id" in message;
  const header = envelope?.version;
  const inHeader = header === undefined ? undefined : spoken.modern(header);
  if (inHeader) {
    // A notification carries no metadata in any revision, so its header is all there is to go by.
    if (isRequest) throw malformed();
    return inHeader;
  }
  if (!spoken.latestLegacy) return withoutLegacy(message, spoken);
  if (message.method === "initialize") {
    envelope?.checkSession();
    // Even before a version is agreed on, a header that names none is a 400
    // (2025-11-25/basic/transports#protocol-version-header/4).
    envelope?.checkLegacy(spoken);
    return spoken.latestLegacy;
  }
  if (peer.session) {
    // A version that differs from the session's but exists is tolerated: that one is negotiated, the header is not.
    envelope?.checkLegacy(spoken);
    const revision = spoken.legacy(peer.session.version);
    // One that another node opened over HTTP, whose revisions are not ours.
    if (!revision) throw envelope!.sessionNotFound();
    return revision;
  }
  envelope?.checkSession();
  if (message.method === "server/discover" || (isRequest && namesItsClient(message))) throw malformed();
  if (envelope) return envelope.withoutSession(spoken);
  if (message.method === "ping" || !isRequest) return spoken.latestLegacy;
  throw invalidRequest(
    `"initialize" has to come first, or "params._meta" has to name a protocol version; got "${message.method}"`,
  );
}

function modernByName(named: unknown, envelope: Envelope | undefined, spoken: Spoken): Revision {
  if (typeof named !== "string")
    throw invalidParams(`"_meta.${metaKeys.protocolVersion}" must be a string`, { status: 400 });
  envelope?.checkVersion(named);
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

const malformed = (): Refusal =>
  invalidParams(`"params._meta" must hold "${metaKeys.protocolVersion}"`, { status: 400 });
