import { everything } from "./features/index.js";
import { Server, type ServerInfo, type ServerOptions } from "./server.js";

/**
 * Makes a server. It serves nothing until a transport is given to it, and starts nothing by itself.
 *
 * @param info the server's name and version, and what else it says of itself
 * @param options limits, caching, what is brought up with it; all have defaults
 */
export function createServer<State = undefined>(info: ServerInfo, options: ServerOptions<State> = {}): Server<State> {
  return new Server<State>(info, options, everything);
}

export type { Server, ServerInfo, ServerOptions, Lifespan } from "./server.js";
export type { ResourceContent, ToolResult } from "./author.js";
export type { CacheHints } from "./cache-hints.js";
export type { Change, ChangeBus, ListKind } from "./changes.js";
export type { ClientView, Context } from "./context.js";
export type { Completer, Completion } from "./features/completion.js";
export { typedResult } from "./extensions/extension.js";
export type {
  ExtensionDefinition,
  ExtensionHandler,
  ExtensionMethod,
  ExtensionSubscription,
} from "./extensions/extension.js";
export type { TaskDefinition, TaskOption, TaskOptions } from "./extensions/tasks/options.js";
export { MemoryTaskStore, type StoredTask, type TaskStore } from "../protocol/task-store.js";
export type { LivenessOptions } from "./features/liveness.js";
export type { ArgumentDefinition, PromptDefinition, PromptReturn } from "./features/prompts.js";
export type { ListedResource, ResourceDefinition } from "./features/resources.js";
export type { ToolDefinition } from "./features/tools.js";
export type { AnySchema } from "./input.js";
export type { Middleware } from "./middleware.js";
export type { Repair } from "./weak-hosts/weak-hosts.js";
export type { TraceContext } from "../protocol/trace-context.js";
export { rateLimit, type Rate, type RateLimitOptions } from "./rate-limit.js";
export type { Enabled, Registration } from "./registry.js";
export { audio, embeddedResource, image, resourceLink, text, type BlockOptions } from "./content.js";
export {
  QuestionFailed,
  Refusal,
  internalError,
  invalidParams,
  resourceNotFound,
  type RefusalCode,
} from "../protocol/errors.js";
export { elicitation } from "./asking/elicitation.js";
export { roots } from "./asking/roots.js";
export { isWithinRoots } from "./asking/within-roots.js";
export { sampling } from "./asking/sampling.js";
export type { Question } from "./asking/question.js";
export {
  memoryOnceGuard,
  type OnceGuard,
  type RequestStateOptions,
  type RequestStatePolicy,
} from "./asking/request-state.js";
export { InputRequired, inputRequired, type InputRequiredOptions } from "./asking/rounds.js";
export { urlElicitationRequired } from "./asking/url-elicitation-required.js";
export type { AtLeisure, Elicited, FormQuestion, PageQuestion } from "./elicited.js";
export type { Clock } from "../protocol/clock.js";
export type { Limits } from "../protocol/limits.js";
export type { LoggingLevel } from "../protocol/logging-level.js";
export type { FromSchema } from "./infer.js";
export type { Scoped } from "./rights.js";
export { requireScopes } from "../protocol/scopes.js";
export type { Auth } from "../protocol/auth.js";
export type { StandardSchema } from "./standard-schema.js";
export type * from "../protocol/types/index.js";
