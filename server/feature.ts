import type { Part } from "../protocol/json-schema.js";
import type { Limits } from "../protocol/limits.js";
import type { Handlers } from "./call.js";
import type { Context } from "./context.js";
import type { Server, ServerOptions } from "./server.js";

/**
 * A part of a server that can be left out: `createServer` of `barewire` hands all of them to the server, that of
 * `barewire/core` those that its author names. `Members` are the author's methods that it brings, `Uses` the members of
 * a handler's `ctx` that need it.
 */
export interface Feature<Members extends keyof Server = never, Uses extends keyof Context = never> {
  readonly name: string;
  /** Never there: it carries the two types. */
  readonly brings?: readonly [Members, Uses];
  /** What it answers, by method. */
  readonly handlers?: Handlers;
  /** The defaults of what it bounds. */
  readonly limits?: Partial<Limits>;
  /** What it adds to what the validator of tools' schemas knows. */
  readonly schemas?: Part;
  /** Gives the server what the feature keeps, and the author's methods. */
  install?(server: Installing, options: ServerOptions): void;
  /** Throws the TypeError of {@link installed} where a feature that it needs is missing: all are installed by then. */
  check?(server: Server): void;
  /** What it has the server offer, as capabilities of the newest revision. */
  capabilities?(server: Server): Readonly<Record<string, unknown>>;
}

/** Any feature. */
export type AnyFeature = Feature<keyof Server, keyof Context>;

/** A server while its features are installed. */
export type Installing = { -readonly [Member in keyof Server]: Server[Member] };

/** A part of a server that a feature brings. Throws a TypeError that names the feature where it is not installed. */
export function installed<Part extends keyof Server>(server: Server, part: Part, what: string): Server[Part] {
  if (server[part] !== undefined) return server[part];
  throw new TypeError(`${what} needs the feature "${part}" of barewire/core`);
}
