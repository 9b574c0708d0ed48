import type { Endpoint } from "../protocol/endpoint.js";
import type { PromptMethod, ResourceMethod, ToolMethod } from "./author.js";
import type { Context } from "./context.js";
import type { AnyFeature } from "./feature.js";
import type { everything } from "./features/index.js";
import { Server, type ServerInfo, type ServerOptions } from "./server.js";

// A server of chosen features, for bundles that shall be small: `barewire/core`.

type Brought<F extends AnyFeature, Which extends 0 | 1> = NonNullable<F["brings"]>[Which];

/** A handler's `ctx` without what needs a feature that is not among `F`. */
export type ContextOf<F extends AnyFeature, State = undefined> = Omit<
  Context<State>,
  Exclude<Brought<(typeof everything)[number], 1>, Brought<F, 1>>
>;

interface Methods<State, Ctx> extends Omit<Server<State>, "tool" | "resource" | "prompt"> {
  readonly tool: ToolMethod<State, Ctx>;
  readonly resource: ResourceMethod<State, Ctx>;
  readonly prompt: PromptMethod<State, Ctx>;
}

/** A server that has the methods of the features `F`. */
export type ServerOf<F extends AnyFeature, State = undefined> = Endpoint &
  Pick<Methods<State, ContextOf<F, State>>, "info" | Brought<F, 0>>;

/**
 * Makes a server of nothing but the features that are given: what others would answer, it does not know (-32601), and
 * what they would hold an author's definitions to, it refuses to be given. It is otherwise that of `barewire`.
 *
 * @param info the server's name and version, and what else it says of itself
 * @param options the features, and whatever options of `barewire` concern them
 */
export function createServer<const F extends AnyFeature, State = undefined>(
  info: ServerInfo,
  options: ServerOptions<State> & { readonly features: readonly F[] },
): ServerOf<F, State> {
  return new Server<State>(info, options, options.features) as unknown as ServerOf<F, State>;
}

export type { Feature } from "./feature.js";
export { asking } from "./asking/asking.js";
export { extensions } from "./extensions/extensions.js";
export { tasks } from "./extensions/tasks/feature.js";
export { caching } from "./cache-hints.js";
export { completion } from "./features/completion.js";
export { logging } from "./features/logging.js";
export { metadata } from "./features/metadata.js";
export { paramHeaders } from "./features/param-headers.js";
export { progress } from "./features/progress.js";
export { prompts } from "./features/prompts.js";
export { repeatedMeta } from "./features/repeated-meta.js";
export { resources } from "./features/resources.js";
export { logic, patterns, ranges, schemas } from "./features/schemas.js";
export { changes } from "./features/subscriptions.js";
export { tools } from "./features/tools.js";
export { middleware } from "./middleware.js";
export { mounts } from "./mounts/feature.js";
export { rights } from "./rights.js";
export { rateLimit, type Rate, type RateLimitOptions } from "./rate-limit.js";
export { requireScopes } from "../protocol/scopes.js";
export { standardSchemas } from "./standard-schema.js";
export { weakHosts } from "./weak-hosts/weak-hosts.js";
