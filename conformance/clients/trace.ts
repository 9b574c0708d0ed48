import type { Json, JsonObject, Revision, RevisionSet } from "../trace.js";
import { holdsIn, LEGACY, WIRES } from "../trace.js";
import type { Authorization, Change } from "./authorization/described.js";

/** Wires on which a client is judged. Streamable HTTP is two: replies are event streams, or JSON where they can be. */
export const CLIENT_WIRES = [...WIRES.slice(0, 3), "http-json", "sse"] as const;
export type ClientWire = (typeof CLIENT_WIRES)[number];

/** Whether a revision can be spoken on a wire: HTTP+SSE is for those that open with `initialize`. */
export const canSpeak = (wire: ClientWire, revision: Revision): boolean => wire !== "sse" || LEGACY.includes(revision);

export const isHttp = (wire: ClientWire): boolean => wire === "http" || wire === "http-json";

/** `http` in a set means both kinds. */
export const onWire = (set: "*" | readonly string[] | undefined, wire: ClientWire): boolean =>
  set === undefined || set === "*" || set.includes(wire) || (wire === "http-json" && set.includes("http"));

/** What the client is asked to do, as `BAREWIRE_SCENARIO` says it: the contract is in `README.md`. */
export interface Scenario {
  /** Done one after the other, once the connection stands. */
  readonly do?: readonly JsonObject[];
  /** What the client should declare and be able to answer. Default: nothing. */
  readonly capabilities?: JsonObject;
  /**
   * What it answers: `roots` (a list), `sampling` and `elicitation` (results), `afterMs` later; or all `fail` inside the
   * client, or `refuse`: its user does not want the sampling.
   */
  readonly answers?: JsonObject;
  /** The limit for every request, in milliseconds. */
  readonly timeoutMs?: number;
  /** What follows an action that failed is not done. */
  readonly untilFailure?: true;
  /** It finds out by itself which revision the server speaks. */
  readonly negotiate?: true;
  /** What the client knows of itself for authorization: a registration, a metadata document, a grant without a user. */
  readonly authorization?: JsonObject;
}

/** What the suite's server is in this trace. */
export interface Served {
  readonly capabilities?: JsonObject;
  readonly tools?: readonly Json[];
  readonly prompts?: readonly Json[];
  readonly resources?: readonly Json[];
  readonly resourceTemplates?: readonly Json[];
  readonly instructions?: string;
  /** Streamable HTTP, legacy: no id is given to the session. */
  readonly session?: false;
  /** Streamable HTTP, legacy: a GET gets 405. */
  readonly stream?: false;
  /** stdio: the process ends neither with its input nor by a signal that it can overhear. */
  readonly lingers?: true;
}

/** One behaviour of a client: what the suite's server says, and what has to come back. */
export interface ClientTrace {
  readonly title: string;
  readonly revisions: RevisionSet;
  readonly role: "client";
  readonly wires?: "*" | readonly string[];
  readonly scenario: Scenario;
  /** Capabilities that the client has to have declared, a dot for a level: without them the trace does not apply. */
  readonly needs?: readonly string[];
  /** Capabilities that it must not have declared. */
  readonly lacks?: readonly string[];
  readonly server?: Served;
  /** HTTP: the server is a protected one, and the suite its authorization server too. No handshake is played. */
  readonly authorization?: Authorization;
  /** Legacy, default true: the suite plays the handshake before the first step. */
  readonly handshake?: boolean;
  readonly steps: readonly ClientStep[];
}

interface Base {
  readonly covers?: readonly string[];
  readonly only?: RevisionSet;
  readonly wires?: "*" | readonly string[];
  readonly comment?: string;
}

/** What of a message is looked at: its request over HTTP and the time of its coming. */
export interface Looked {
  /** HTTP and HTTP+SSE: header fields of the request that brought it; `:path` is its path. */
  readonly headers?: JsonObject;
  /** Not sooner than so many milliseconds after the step before. */
  readonly notBefore?: number;
  /** How long it may take in milliseconds, where that is more than for other things. */
  readonly within?: number;
}

/** The scenario asks for it: a client from which it does not come has not been tried. */
export interface AwaitStep extends Base, Looked {
  readonly await: JsonObject;
  /** What that message then has to be. */
  readonly expect?: JsonObject;
  /** Nobody has to be able to do it: where it does not come, the trace does not apply. */
  readonly optional?: true;
}
/** The protocol asks for it: a client from which it does not come is wrong. */
export interface ExpectStep extends Base, Looked {
  readonly expect: JsonObject;
}
/** From here on to the end of the trace no message of the client is like this. */
export interface NeverStep extends Base {
  readonly never: JsonObject;
}
/** By now such messages have come, so many (default 1) or more. */
export interface CameStep extends Base {
  readonly came: JsonObject;
  readonly times?: number;
  /** How long it may take in milliseconds. Default 500: it was sent before. */
  readonly within?: number;
}
/** How a message goes out over HTTP. */
export interface Posting {
  /** The request on whose stream it goes; "GET": the session's own stream. */
  readonly on?: Json;
  /** Fields of its event. */
  readonly event?: { readonly id?: string; readonly retry?: number };
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface SendStep extends Base, Posting {
  readonly send: Json;
  /** So often, `-1`, `-2` … added to its id. */
  readonly times?: number;
  /** Default true: the suite completes it. */
  readonly dress?: boolean;
}
/** Text in place of a message: a line, an event's data, a JSON body. */
export interface RawStep extends Base, Posting {
  readonly raw: string;
}
/** HTTP: an event without a message. */
export interface EventStep extends Base, Posting {
  readonly event: { readonly id?: string; readonly retry?: number };
}
/** HTTP: a reply without a message to the request with this id, or to the last of that method. */
export interface HttpStep extends Base {
  readonly http: {
    readonly on: Json;
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  };
}
/** HTTP: the connection that carries the answer to the request is cut. */
export interface DropStep extends Base {
  readonly drop: Json;
}
/** The server goes away. */
export interface CloseStep extends Base {
  readonly close: true;
}
/** The client has done what it should and is gone. */
export interface EndStep extends Base {
  readonly end: true;
}
/** Nothing is done for so many milliseconds: for what only time can show. */
export interface IdleStep extends Base {
  readonly idle: number;
}

/** By now no more such messages have come than so many. */
export interface MostStep extends Base {
  readonly atMost: number;
  readonly of: JsonObject;
}
/** The protected server or its authorization servers change. */
export interface NowStep extends Base {
  readonly now: Change;
}

export type ClientStep =
  | AwaitStep
  | ExpectStep
  | NeverStep
  | CameStep
  | SendStep
  | RawStep
  | EventStep
  | HttpStep
  | DropStep
  | CloseStep
  | EndStep
  | IdleStep
  | MostStep
  | NowStep;

/** Whether a step is played in that revision on that wire. */
export const isDue = (step: ClientStep, revision: Revision, wire: ClientWire): boolean =>
  holdsIn(step.only, revision) && onWire(step.wires, wire);
