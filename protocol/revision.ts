import type { Form } from "./form.js";

/**
 * What a revision of MCP is: data. Its methods, a few facts, and the shapes in which it writes things. How the two eras
 * behave lies elsewhere (`server/era.ts`); a revision says only which of the two it belongs to.
 */
export interface Revision {
  readonly version: string;
  /** `legacy`: a handshake opens a session. `modern`: every request carries its own version and capabilities. */
  readonly era: "legacy" | "modern";
  readonly methods: Readonly<Record<string, MethodRule>>;
  readonly facts: Facts;
  readonly shapes: Shapes;
  /** What a client says of itself: what its capabilities and its description must look like. */
  readonly clientCapabilities: Form;
  readonly implementation: Form;
  /** What a server may ask of a client, and the shape of each question's params. */
  readonly questions: Readonly<Record<string, string>>;
  /** The kinds of content block that a sampling message may hold, by their `type`, and the shape of each. */
  readonly sampledContent: Readonly<Record<string, string>>;
  /** The kinds of content block, by their `type`, and the shape of each. */
  readonly content: Readonly<Record<string, string>>;
}

/** What a revision says of one method. */
export interface MethodRule {
  /** Who may send it. */
  readonly from: "client" | "server" | "both";
  /** The server's capability without which the method does not exist. */
  readonly needs?: string;
  /** The shape of its result. */
  readonly result?: string;
  /** The shape of its result where it became a task because the client asked for one. */
  readonly taskResult?: string;
  /** Whether a complete result carries `ttlMs` and `cacheScope`. */
  readonly cacheable?: true;
  /** Whether the server may ask the client while it works on the request. */
  readonly asks?: true;
  /** The member of `params` that the `Mcp-Name` header mirrors. */
  readonly mirrored?: "name" | "uri" | "taskId";
  /** Whether it may come before a session is open. */
  readonly beforeSession?: true;
  /** Whether the answer is a stream that stays open: a reply of JSON alone cannot carry it. */
  readonly streams?: true;
  /** Whether `notifications/cancelled` must leave it alone. */
  readonly uncancellable?: true;
  /** Whether it is about a request that another node than the one it reaches may be working on. */
  readonly aboutRequest?: true;
}

export interface Facts {
  /** JSON-RPC batches. */
  readonly batches: boolean;
  /** Whether the end of the connection cancels the requests that came over it (HTTP). */
  readonly disconnectCancels: boolean;
  /** Whether events of an HTTP stream have ids, from which a client that lost the stream can have it resumed. */
  readonly resumable: boolean;
  /** Whether a resumable stream begins with an event without data, and the server may let its client poll it. */
  readonly polls: boolean;
  /** Whether a client names the revision in an HTTP header with each request after the handshake. */
  readonly versionHeader: boolean;
  /** Whether HTTP headers mirror the body and must agree with it. */
  readonly mirrorsHeaders: boolean;
  /** The HTTP status that goes with an unknown method. */
  readonly unknownMethodStatus: 200 | 404;
  /** The error code of a resource that does not exist. */
  readonly resourceNotFound: -32002 | -32602;
  /** Whether arguments that break a tool's schema are a JSON-RPC error or a tool result with `isError`. */
  readonly badArguments: "error" | "result";
  /** What `structuredContent` and an output schema's root may be. */
  readonly structuredContent: "none" | "object" | "any";
  /** Whether a form may offer a choice of several, and titles for choices as `oneOf`. */
  readonly choices: "one" | "many";
  /** Whether a client says by a capability of its own that it puts other servers' context into sampling. */
  readonly contextCapability: boolean;
  /** Whether a sampling message may hold several content blocks. */
  readonly sampledBlocks: "one" | "many";
  /** Whether a page to visit carries an `elicitationId`, whose completion is told by a notification. */
  readonly elicitationIds: boolean;
  /** Whether a completion may build on arguments that are known already. */
  readonly completionContext: boolean;
  /** Whether extensions are negotiated: in capabilities, with their own methods and result types. */
  readonly extensions: boolean;
  /** Who makes a call a task: nobody, the client by asking for it, or the server as an extension. */
  readonly tasks: "none" | "requested" | "extension";
  /** Whether a log level holds for a session (`logging/setLevel`) or is asked for with each request. */
  readonly logLevel: "session" | "request";
}

/** The members of one shape: `true` is taken as it is, a name is the shape below it, `[name]` a list of that shape. */
export type Shape = Readonly<Record<string, true | string | readonly [string]>>;
export type Shapes = Readonly<Record<string, Shape>>;

/**
 * Puts shapes together; the result inherits nothing, so that no member of `Object.prototype` passes for one of its own.
 */
export const shape = (...parts: Shape[]): Shape => Object.assign(Object.create(null), ...parts) as Shape;

/** A method table that inherits nothing. */
export const methods = (...parts: Readonly<Record<string, MethodRule>>[]): Readonly<Record<string, MethodRule>> =>
  Object.assign(Object.create(null), ...parts) as Readonly<Record<string, MethodRule>>;

/** A copy of a table without some of its rows. */
export function without<T>(table: Readonly<Record<string, T>>, ...names: string[]): Readonly<Record<string, T>> {
  const copy = Object.assign(Object.create(null), table) as Record<string, T>;
  for (const name of names) delete copy[name];
  return copy;
}
