import type { Implementation } from "../protocol/types/index.js";

/** What a server says of itself, and how to use it. */
export interface ServerInfo extends Implementation {
  /** For the model: how to use this server. */
  readonly instructions?: string;
}

/** What `lifespan` returns: what handlers find in `ctx.state`, and how to stop it. */
export interface Lifespan<State> {
  readonly state: State;
  readonly stop?: () => void | Promise<void>;
}
