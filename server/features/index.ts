import { asking } from "../asking/asking.js";
import { extensions } from "../extensions/extensions.js";
import { tasks } from "../extensions/tasks/feature.js";
import { caching } from "../cache-hints.js";
import type { AnyFeature } from "../feature.js";
import { middleware } from "../middleware.js";
import { mounts } from "../mounts/feature.js";
import { rights } from "../rights.js";
import { standardSchemas } from "../standard-schema.js";
import { weakHosts } from "../weak-hosts/weak-hosts.js";
import { completion } from "./completion.js";
import { logging } from "./logging.js";
import { metadata } from "./metadata.js";
import { paramHeaders } from "./param-headers.js";
import { progress } from "./progress.js";
import { prompts } from "./prompts.js";
import { repeatedMeta } from "./repeated-meta.js";
import { resources } from "./resources.js";
import { schemas } from "./schemas.js";
import { changes } from "./subscriptions.js";
import { tools } from "./tools.js";

/** All that a server can do. */
export const everything = [
  logging,
  completion,
  prompts,
  resources,
  tools,
  progress,
  changes,
  asking,
  extensions,
  tasks,
  middleware,
  mounts,
  rights,
  caching,
  metadata,
  standardSchemas,
  paramHeaders,
  repeatedMeta,
  schemas,
  weakHosts,
] as const satisfies readonly AnyFeature[];
