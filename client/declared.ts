import type { Revision } from "../protocol/revision.js";
import type { Connection } from "./connection.js";
import { taskCapability } from "./own-tasks.js";

/** The identifier of the tasks extension. */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** What the client declares in a revision: what it answers, as tasks or not, and its extensions where it has any. */
export function declared({ questions, settings }: Connection, revision: Revision): Record<string, unknown> {
  const answered = questions.capabilities(revision);
  const tasks = settings.ownTasks && revision.facts.tasks === "requested" ? taskCapability(answered) : undefined;
  const capabilities = tasks ? { ...answered, tasks } : answered;
  if (!revision.facts.extensions) return capabilities;
  const extensions = { ...(settings.tasks ? { [TASKS_EXTENSION]: {} } : {}), ...settings.extensions };
  return Object.keys(extensions).length > 0 ? { ...capabilities, extensions } : capabilities;
}
