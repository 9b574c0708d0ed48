import { endOf } from "../../protocol/auth.js";
import type { Endpoint } from "../../protocol/endpoint.js";
import {
  httpRefusal,
  sessionNotFound,
  sessionRequired,
  unsupportedHeader,
  type Refusal,
} from "../../protocol/errors.js";
import { EVENTS_TYPE, notAcceptable, readAccept } from "./accept.js";
import type { HttpBinding } from "./binding.js";
import { EventStream } from "./event-stream.js";
import type { HttpSession } from "./http-session.js";
import type { Headers, HttpReply, HttpRequest } from "./message.js";
import type { Settled } from "./options.js";
import { Sessions } from "./sessions.js";

/**
 * A legacy client listens for what belongs to no request, or comes back for a stream that it lost.
 * Pages: `2025-11-25/basic/transports#listening-for-messages-from-the-server`, `#resumability-and-redelivery`.
 */
async function listen(
  binding: HttpBinding,
  request: HttpRequest,
  reply: HttpReply,
  cors: Headers,
  version: string | undefined,
): Promise<void> {
  const session = await sessionOf(binding, request, version);
  if (!readAccept(request.header("accept")).events) throw notAcceptable(EVENTS_TYPE);
  const connect = () => {
    const connection = new EventStream(reply, cors, binding.stream);
    reply.onDisconnect({ lost: () => session.detach(connection) });
    connection.atEnd(endOf(request.auth), () => session.cut(connection));
    return connection;
  };
  const lastEventId = request.header("last-event-id")?.trim();
  if (!lastEventId || !binding.settled.resumable || !session.facts?.resumable) return session.listen(connect());
  const resumed = await session.resume(lastEventId, connect);
  if (resumed === "unknown") throw eventUnknown();
  // An empty stream would be taken for one that broke, and asked for again.
  if (resumed === "over") reply.send(204, cors);
}

/** A legacy client is done with its session (2025-11-25/basic/transports#session-management). */
async function end(
  binding: HttpBinding,
  request: HttpRequest,
  reply: HttpReply,
  cors: Headers,
  version: string | undefined,
): Promise<void> {
  const session = await sessionOf(binding, request, version);
  session.close();
  reply.send(204, cors);
}

async function sessionOf(
  { endpoint: { revisions }, sessions }: HttpBinding,
  request: HttpRequest,
  version: string | undefined,
): Promise<HttpSession> {
  if (version !== undefined && !revisions.legacy(version)) throw unsupportedHeader(version, revisions.versions);
  const id = request.header("mcp-session-id");
  if (id === undefined) throw sessionRequired();
  if (sessions!.shared) await sessions!.refresh(id);
  const session = sessions!.find(id, request.auth?.principal);
  if (!session) throw sessionNotFound();
  session.touch();
  sessions!.attend(session);
  return session;
}

/** 400 for a Last-Event-ID of no stream of this session, or of one whose later events are not all kept any more. */
const eventUnknown = (): Refusal =>
  httpRefusal(
    "event_unknown",
    400,
    "Last-Event-ID names no event after which this session's stream is still known; open a new stream without it",
  );

/** What a binding needs so that legacy clients have sessions: these, and the answers to their GET and DELETE. */
export const sessionRequests = {
  sessions: (endpoint: Endpoint, settled: Settled): Sessions => new Sessions(endpoint, settled),
  listen,
  end,
};
export type SessionRequests = typeof sessionRequests;
