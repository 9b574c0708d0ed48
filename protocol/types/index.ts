// The vocabulary of the Model Context Protocol, in every revision. Doc tags tell the history:
// @since, @until: the first and the last revision that has a type or a member
// @requiredSince, @optionalSince: from when on a member must or may be there
// @was, @now: another type that it had up to a revision, or has from one on
// @schema: its type in the schemas, where TypeScript says more or less
// @inline: a type that the specification has no name for
// scripts/schemas.mjs makes protocol/schema/ from them.
export type * from "./caching.js";
export type * from "./cancellation.js";
export type * from "./capabilities.js";
export type * from "./completion.js";
export type * from "./content.js";
export type * from "./discover.js";
export type * from "./elicitation.js";
export type * from "./elicitation-schema.js";
export type * from "./errors.js";
export type * from "./implementation.js";
export type * from "./json-rpc.js";
export type * from "./json-value.js";
export type * from "./lifecycle.js";
export type * from "./logging.js";
export type * from "./messages.js";
export type * from "./meta.js";
export type * from "./mrtr.js";
export type * from "./pagination.js";
export type * from "./ping.js";
export type * from "./progress.js";
export type * from "./prompts.js";
export type * from "./resources.js";
export type * from "./roots.js";
export type * from "./sampling.js";
export type * from "./subscriptions.js";
export type * from "./tasks-2025-11-25.js";
export type * from "./tools.js";
export type * as TasksExtension from "./tasks-extension.js";
