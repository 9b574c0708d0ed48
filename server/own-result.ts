import type { Call } from "./call.js";

/** What a handler may return that makes a result of itself: a wish to ask the client, a result of an extension's type. */
export abstract class OwnResult {
  abstract toResult(call: Call): Record<string, unknown>;
}

/** What a handler may throw that is no failure: the request is worked on in another way. */
export class Detour extends Error {}
