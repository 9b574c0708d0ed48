import type { Handlers } from "../call.js";
import { coreTasks } from "../extensions/tasks/core.js";
import { completion } from "./completion.js";
import { discover } from "./discover.js";
import { lifecycle } from "./lifecycle.js";
import { logging } from "./logging.js";
import { ping } from "./ping.js";
import { prompts } from "./prompts.js";
import { resources } from "./resources.js";
import { subscriptions } from "./subscriptions.js";
import { tools } from "./tools.js";

/** What this server does for each method of a client, in whatever revision. */
export const handlers: Handlers = {
  ...lifecycle,
  ...ping,
  ...discover,
  ...tools,
  ...resources,
  ...prompts,
  ...completion,
  ...logging,
  ...subscriptions,
  ...coreTasks,
};
