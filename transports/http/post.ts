import { endOf } from "../../protocol/auth.js";
import { receiveBatch } from "../../protocol/batch.js";
import { Envelope } from "../../protocol/envelope.js";
import { methodNotFound } from "../../protocol/errors.js";
import { checked, errorResponse, own, readableId, type Response } from "../../protocol/jsonrpc.js";
import { namedVersion } from "../../protocol/meta.js";
import { Peer, type Channel } from "../../protocol/peer.js";
import { modernRevision } from "../../protocol/revisions/index.js";
import type { Spoken } from "../../protocol/revisions/spoken.js";
import { checkContentType, EVENTS_TYPE, notAcceptable, readAccept } from "./accept.js";
import type { HttpBinding } from "./binding.js";
import type { BodyReader, Headers, HttpReply, HttpRequest } from "./message.js";
import type { HttpSession } from "./http-session.js";
import { PostReply } from "./post-reply.js";

/**
 * Takes one POST: a request, notification, response or, in 2025-03-26, a batch. Throws the refusal of what cannot be
 * received at all, as long as the body has not come; later it is answered.
 *
 * Pages: `2026-07-28/basic/transports/streamable-http#sending-messages`,
 * `2025-11-25/basic/transports#sending-messages-to-the-server`.
 */
export function post(
  binding: HttpBinding,
  request: HttpRequest,
  reply: HttpReply,
  cors: Headers,
): void | Promise<void> {
  checkContentType(request.header("content-type"));
  const postReply = new PostReply(reply, readAccept(request.header("accept")), binding, cors);
  const { maxMessageBytes, maxDepth } = binding.endpoint.limits;
  if (request.parsed !== undefined)
    return receive(binding, request, reply, postReply, checked(request.parsed, maxDepth));
  request.readBody(maxMessageBytes, new Posted(binding, request, reply, cors, postReply));
}

/** A POST whose body is on its way. */
class Posted implements BodyReader {
  constructor(
    readonly binding: HttpBinding,
    readonly request: HttpRequest,
    readonly reply: HttpReply,
    readonly cors: Headers,
    readonly postReply: PostReply,
  ) {}

  take(text: string): void {
    const { binding, request, reply, postReply } = this;
    try {
      const working = receive(binding, request, reply, postReply, binding.endpoint.parse(text));
      working?.catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.binding.refuse(this.reply, error, this.cors);
  }
}

function receive(
  binding: HttpBinding,
  request: HttpRequest,
  reply: HttpReply,
  postReply: PostReply,
  message: unknown,
): void | Promise<void> {
  const { sessions } = binding;
  // Closing may have begun while the body came.
  binding.admit();

  const named = namedVersion(message);
  if (sessions?.shared && named === undefined) {
    const id = request.header("mcp-session-id");
    if (id !== undefined)
      return sessions.refresh(id).then(() => work(binding, request, reply, postReply, message, named));
  }
  return work(binding, request, reply, postReply, message, named);
}

function work(
  binding: HttpBinding,
  request: HttpRequest,
  reply: HttpReply,
  postReply: PostReply,
  message: unknown,
  named: unknown,
): void | Promise<void> {
  const { endpoint, settled, sessions } = binding;
  const revision = typeof named === "string" ? modernRevision(named) : undefined;
  const { peer, session, opens, envelope } = senderOf(binding, request, message, named !== undefined);
  postReply.peer = peer;
  postReply.until = endOf(request.auth);
  postReply.session = session;

  // Before 2026-07-28 a lost connection says nothing of what the client still wants.
  postReply.disconnectCancels = revision?.facts.disconnectCancels === true;
  reply.onDisconnect(postReply);
  if (postReply.over && postReply.disconnectCancels) return;

  if (!postReply.canStream && revision?.methods[String(own(message, "method"))]?.streams) {
    const method = own(message, "method");
    const refusal =
      settled.reply === "json"
        ? methodNotFound(`${String(method)} (this endpoint answers with JSON alone)`, 404)
        : notAcceptable(EVENTS_TYPE);
    return postReply.finish(errorResponse(readableId(message), refusal), refusal);
  }
  const answered = Array.isArray(message) ? message.some(isAnswered) : isAnswered(message);
  const version = Array.isArray(message) ? batchVersion(envelope, peer, endpoint.revisions) : undefined;
  if (session && sessions?.shared) {
    sessions.pass(session, message);
    if (!opens) sessions.attend(session);
  }
  // The answer that opens a session carries its id in a header: no stream may begin before that is known.
  if (answered && !opens) postReply.id = readableId(message);
  binding.work.begin(postReply, answered && !opens && postReply.canStream);
  const exchange = () => postReply.exchange(envelope, request.auth);
  const answer = Array.isArray(message)
    ? receiveBatch(message, endpoint, peer, exchange, version)
    : endpoint.receive(message, peer, exchange());
  return conclude(binding, postReply, answer, { answered, opens, isBatch: Array.isArray(message) });
}

interface Asked {
  /** Whether there was a request in it. */
  readonly answered: boolean;
  readonly opens: boolean;
  readonly isBatch: boolean;
}

/**
 * Answers when there is something to say. Apart from what takes the POST, so that a call that stays open for days does
 * not hold on to all that it came with.
 */
function conclude(
  binding: HttpBinding,
  reply: PostReply,
  answer: Answer | Promise<Answer>,
  asked: Asked,
): void | Promise<void> {
  if (!(answer instanceof Promise)) return settle(binding, reply, answer, asked);
  answer.then(
    (response) => settle(binding, reply, response, asked),
    (error: unknown) => {
      reply.fail(error);
      end(binding, reply);
    },
  );
}

function settle(binding: HttpBinding, reply: PostReply, response: Answer, asked: Asked): void | Promise<void> {
  const { sessions } = binding;
  const { peer, session } = reply;
  try {
    const more = asked.opens && peer?.session && session ? { "Mcp-Session-Id": sessions!.add(session) } : undefined;
    if (session && sessions?.shared) {
      return sessions
        .save(session)
        .then(() => say(reply, response, asked, more))
        .catch((error: unknown) => reply.fail(error))
        .finally(() => end(binding, reply));
    }
    say(reply, response, asked, more);
  } catch (error) {
    reply.fail(error);
  }
  end(binding, reply);
}

function end(binding: HttpBinding, reply: PostReply): void {
  binding.work.end(reply);
  reply.session?.touch();
}

function say(reply: PostReply, response: Answer, { answered, isBatch }: Asked, more: Headers | undefined): void {
  const refusal = isBatch ? undefined : reply.exchanges[0]?.refusal;
  if (response !== undefined || answered) reply.finish(response, refusal, more);
  else reply.accept(refusal);
}

type Answer = Response | readonly Response[] | undefined;

/** The HTTP side of a POST. */
class PostEnvelope extends Envelope {
  readonly #request: HttpRequest;

  constructor(request: HttpRequest, unknownSession: boolean, stateless: boolean) {
    super(unknownSession, stateless);
    this.#request = request;
  }

  header(name: string): string | undefined {
    return this.#request.header(name);
  }
}

interface Sender {
  readonly peer: Peer;
  /** The session that the message belongs to, or may open. */
  readonly session: HttpSession | undefined;
  readonly opens: boolean;
  readonly envelope: Envelope;
}

/** Finds who sent a message: a session, or a peer that lives as long as this POST. */
function senderOf(binding: HttpBinding, request: HttpRequest, message: unknown, isModern: boolean): Sender {
  const { sessions } = binding;
  const principal = request.auth?.principal;
  // Which session a modern message's header names does not matter: each of its POSTs is a peer of its own.
  const sessionId = isModern || !sessions ? undefined : request.header("mcp-session-id");
  const found = sessionId === undefined ? undefined : sessions?.find(sessionId, principal);
  const opens =
    !isModern && sessions !== undefined && sessionId === undefined && own(message, "method") === "initialize";
  const session = opens ? sessions!.open(principal) : found;
  const envelope = new PostEnvelope(request, sessionId !== undefined && !found, !sessions);
  const peer = session?.peer ?? new Peer(nowhere, binding.peerOptions);
  return { peer, session, opens, envelope };
}

/** What belongs to no request has no way to a client that has no session. */
const nowhere: Channel = { push: () => {} };

/** Whether a message is one that gets a response. */
const isAnswered = (message: unknown): boolean => {
  const { method, id } = (message ?? {}) as { method?: unknown; id?: unknown };
  return method !== undefined && id !== undefined;
};

/** The revision of a batch, which says nothing of it itself. */
function batchVersion(envelope: Envelope, peer: Peer, spoken: Spoken): string {
  const { version } = envelope;
  if (version !== undefined && spoken.modern(version)) return version;
  envelope.checkLegacy(spoken);
  if (!spoken.latestLegacy) return spoken.versions[0]!;
  envelope.checkSession();
  if (peer.session) return peer.session.version;
  return envelope.withoutSession(spoken).version;
}
