import { calls } from "../fixture/fault.js";
import type { FaultName } from "../fixture/faults.js";
import { belongsTo, isObject, LEGACY, member, MODERN, REVISIONS } from "../trace.js";
import type { Json, JsonObject, Revision, WireName, WireSet } from "../trace.js";

/** Header fields of what the client sends, names as the client wrote them; may be changed in place. */
export type Headers = Record<string, string>;

/** What a mutant does to one connection. Every part may be left out. */
export interface Mutation {
  /** A message on its way to the server: what goes there in its place, undefined for the same. */
  toServer?(message: Json, headers: Headers): Json | undefined | void;
  /** A message from the server: what the client gets in its place, nothing or several. */
  fromServer?(message: Json): readonly Json[];
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for an event stream, whose events come one by one. */
  readonly body: string;
}

/** What a mutant does to HTTP itself, for every connection to one subject. */
export interface HttpMutation {
  /** What goes to the server in place of a request; or an answer, and nothing goes there. */
  request?(request: HttpRequest): HttpRequest | HttpAnswer;
  reply?(answer: HttpAnswer, request: HttpRequest): HttpAnswer;
  /** One event of a stream, as text without the blank line: what comes in its place. "end": the stream ends there. */
  event?(event: string, request: HttpRequest): readonly string[] | "end";
  /** The server does not hear that the client closed a stream. */
  readonly deaf?: true;
  /** A stream stays open when the server has ended it. */
  readonly lingers?: true;
  /** Whether an event or a body goes out on the client's GET stream too, or there alone. */
  elsewhere?(text: string, request: HttpRequest): "too" | "only" | undefined;
  /** What the server gets when the client closes a stream before its end. */
  gone?(request: HttpRequest): HttpRequest | undefined;
}

/** A way to be wrong: it stands before a server and breaks one statement of the specification. */
export interface Mutant {
  readonly name: string;
  /** The statement that it breaks: its ids, one for each revision in which the mutant is tried. */
  readonly breaks: readonly string[];
  readonly role: "server";
  /** Where it can be tried. */
  readonly wires: WireSet;
  /** What it does, in one sentence. */
  readonly does: string;
  /** Changes messages. */
  make?(): Mutation;
  /** Changes HTTP. */
  http?(): HttpMutation;
  /** Changes a line of standard output, its end included. */
  stdout?(line: string): string | Uint8Array;
  /** It needs the server's state: a fault of the fixture server, in memory alone. */
  readonly fault?: FaultName;
}

type Part = Pick<Mutant, "make" | "http" | "stdout">;

/** A mutant of messages, on every wire. */
export const ofMessages = (
  name: string,
  breaks: readonly string[],
  does: string,
  make: () => Mutation,
  wires: WireSet = "*",
): Mutant => ({ name, breaks, role: "server", wires, does, make });

/** A mutant of HTTP. */
export const ofHttp = (
  name: string,
  breaks: readonly string[],
  does: string,
  http: HttpMutation | (() => HttpMutation),
  wires: WireSet = ["http"],
): Mutant => ({
  name,
  breaks,
  role: "server",
  wires,
  does,
  http: typeof http === "function" ? http : () => http,
});

/** A mutant of the lines on standard output. */
export const ofLines = (
  name: string,
  breaks: readonly string[],
  does: string,
  stdout: NonNullable<Part["stdout"]>,
): Mutant => ({ name, breaks, role: "server", wires: ["stdio"], does, stdout });

/** The revision to which a statement's id belongs. The security practices are tried in the last one with sessions. */
export function revisionOf(id: string): Revision {
  const revision = id.startsWith("security/") ? LEGACY.at(-1) : REVISIONS.find((one) => belongsTo(id, one));
  if (!revision) throw new Error(`${id}: belongs to no revision`);
  return revision;
}

/** The ids of one statement: the same heading and number on the same page of several revisions. */
export const across = (revisions: readonly Revision[], statement: string): readonly string[] =>
  revisions.map((revision) => `${revision}/${statement}`);

const isAnswer = (message: Json): message is JsonObject => isObject(message) && message["method"] === undefined;
const keyOf = (message: Json): string => JSON.stringify(member(message, "id") ?? null);

/** Changes what answers the requests that `of` picks; `request` is what was asked. */
export function answers(
  of: (request: Json) => boolean,
  change: (answer: JsonObject, request: JsonObject) => Json | readonly Json[],
): () => Mutation {
  return () => {
    const asked = new Map<string, JsonObject>();
    return {
      toServer: (message) => {
        for (const one of Array.isArray(message) ? (message as Json[]) : [message])
          if (isObject(one) && member(one, "id") !== undefined && of(one)) asked.set(keyOf(one), one);
      },
      fromServer: (message) => {
        const request = isAnswer(message) ? asked.get(keyOf(message)) : undefined;
        if (!request || !isAnswer(message)) return [message];
        asked.delete(keyOf(message));
        const changed = change(message, request);
        return Array.isArray(changed) ? (changed as readonly Json[]) : [changed as Json];
      },
    };
  };
}

/** Changes the results of a method. */
export const results = (method: string, change: (result: JsonObject, request: JsonObject) => JsonObject) =>
  answers(
    (request) => calls(request, method),
    (answer, request) => {
      const result = member(answer, "result");
      return isObject(result) ? { ...answer, result: change(result, request) } : answer;
    },
  );

/** Changes the errors of a method, or of all; `undefined` leaves one as it is. */
export const errors = (
  method: string | undefined,
  change: (error: JsonObject, request: JsonObject) => Json | undefined,
) =>
  answers(
    (request) => method === undefined || calls(request, method),
    (answer, request) => {
      const error = member(answer, "error");
      const changed = isObject(error) ? change(error, request) : undefined;
      return changed === undefined ? answer : { ...answer, error: changed };
    },
  );

/** Answers by a result where the server refuses with an error of `code`: it took what it should not have taken. */
export const takes = (method: string, code: number, result: (request: JsonObject) => JsonObject) =>
  answers(
    (request) => calls(request, method),
    (answer, request) => {
      if (member(answer["error"], "code") !== code) return answer;
      const { error: _, ...rest } = answer;
      return { ...rest, result: complete(result(request), request) };
    },
  );

/** A result with what each result of the modern revision has. */
export function complete(result: JsonObject, request: JsonObject): JsonObject {
  return isModern(request) ? { resultType: "complete", ...result } : result;
}

const VERSION = "io.modelcontextprotocol/protocolVersion";
/** Whether a request speaks the modern revision. */
export const isModern = (request: Json): boolean =>
  MODERN.some((one) => member(member(member(request, "params"), "_meta"), VERSION) === one);

/** Changes notifications of a method from the server; `undefined` leaves them out. */
export const notes =
  (method: string, change: (message: JsonObject) => Json | readonly Json[] | undefined): (() => Mutation) =>
  () => ({
    fromServer: (message) => {
      if (!calls(message, method)) return [message];
      const changed = change(message);
      return changed === undefined ? [] : Array.isArray(changed) ? (changed as readonly Json[]) : [changed as Json];
    },
  });

/** Changes every item of the list `name` in results. */
export const items = (method: string, name: string, change: (item: JsonObject, index: number) => JsonObject) =>
  results(method, (result) => {
    const list = member(result, name);
    return Array.isArray(list)
      ? { ...result, [name]: list.map((one, index) => change(one as JsonObject, index)) }
      : result;
  });

/** An object with a member changed at a path; undefined takes it away. */
export function put(value: Json | undefined, path: readonly string[], leaf: Json | undefined): JsonObject {
  const object = isObject(value) ? value : {};
  const [first, ...rest] = path;
  if (first === undefined) throw new Error("a path has at least one member");
  const next = rest.length > 0 ? put(object[first], rest, leaf) : leaf;
  const { [first]: _, ...others } = object;
  return next === undefined ? others : { ...others, [first]: next };
}

/** The wires that a set names. */
export const wiresOf = (set: WireSet, all: readonly WireName[]): readonly WireName[] =>
  set === "*" ? all : all.filter((wire) => set.includes(wire));
