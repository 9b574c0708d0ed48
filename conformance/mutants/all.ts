import type { Requirement } from "../requirements.js";
import type { Mutant } from "./mutant.js";
import { ofAuthorization } from "./pages/authorization.js";
import { ofCalls } from "./pages/calls.js";
import { ofClientPages } from "./pages/fresh-clients.js";
import { ofContent } from "./pages/content.js";
import { ofTasks } from "./pages/fresh-tasks.js";
import { ofHttpRequests } from "./pages/http-requests.js";
import { ofTransports } from "./pages/http-sessions.js";
import { ofLifecyclePages } from "./pages/lifecycle.js";
import { ofMessagesPage } from "./pages/messages.js";
import { ofModernPages } from "./pages/modern.js";
import { ofTools } from "./pages/tools.js";
import { ofServerPages } from "./pages/completion-logging-pagination.js";
import { plantedMutants } from "./planted.js";

/** Mutants that were written together, under the name of what they are about. */
export interface Group {
  readonly name: string;
  readonly mutants: readonly Mutant[];
}

/** Every mutant. `registry` tells which ids are those of one statement. */
export const groups = (registry: readonly Requirement[]): readonly Group[] => [
  { name: "messages", mutants: ofMessagesPage },
  { name: "lifecycle, ping, versioning, discovery", mutants: ofLifecyclePages },
  { name: "cancellation, progress", mutants: ofCalls },
  { name: "transports", mutants: ofTransports },
  { name: "Streamable HTTP 2026-07-28", mutants: ofHttpRequests },
  { name: "retries, subscriptions, metadata", mutants: ofModernPages },
  { name: "tools", mutants: ofTools },
  { name: "prompts, resources", mutants: ofContent },
  { name: "completion, logging, pagination", mutants: ofServerPages },
  { name: "authorization", mutants: ofAuthorization },
  { name: "fresh: tasks", mutants: ofTasks },
  { name: "fresh: elicitation, sampling, caching", mutants: ofClientPages },
  { name: "planted before", mutants: plantedMutants(registry) },
];
