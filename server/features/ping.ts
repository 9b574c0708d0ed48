import type { Handlers } from "../call.js";

/**
 * A client's ping is answered at once, whatever else goes on. Page:
 * `2025-11-25/basic/utilities/ping#behavior-requirements`.
 */
export const ping: Handlers = { ping: () => ({}) };
