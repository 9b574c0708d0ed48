import { installed, type Feature } from "../../feature.js";
import type { Server } from "../../server.js";
import { coreTasks } from "./core.js";
import { tasksExtension } from "./extension.js";
import { tasksExtensionId } from "./identifier.js";
import { Tasks } from "./tasks.js";

/**
 * Calls of tools that become tasks; needs the features `asking` and `extensions`.
 * Pages: the extension `io.modelcontextprotocol/tasks`, `2025-11-25/basic/utilities/tasks`.
 */
export const tasks: Feature<never, "detach"> = {
  name: "tasks",
  limits: { maxTasks: 1000, maxTaskRequestsPerSecond: 100, maxWatchedUris: 1000 },
  handlers: coreTasks,
  install(server, options) {
    server.tasks = new Tasks(server as Server, tasksExtension(), options.tasks);
  },
  check(server) {
    for (const part of ["asking", "extensions"] as const) installed(server, part, "The feature tasks");
  },
  capabilities: ({ extensions }) =>
    extensions.has(tasksExtensionId) ? { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } } : {},
};
