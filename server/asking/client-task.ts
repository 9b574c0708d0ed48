import { supports, type Capabilities } from "../../protocol/capabilities.js";
import type { Clock } from "../../protocol/clock.js";
import { QuestionFailed } from "../../protocol/errors.js";
import type { Exchange } from "../../protocol/exchange.js";
import { own } from "../../protocol/jsonrpc.js";
import type { Peer } from "../../protocol/peer.js";
import type { Question } from "./question.js";

/** Milliseconds between two polls where the client names none. */
const POLL_MS = 1_000;
const ENDED = ["completed", "failed", "cancelled"];

type Answer = Record<string, unknown>;

/** What a client must have declared so that a question may be put as a task of its. */
const capabilities: Readonly<Record<string, string>> = {
  "elicitation/create": "tasks.requests.elicitation.create",
  "sampling/createMessage": "tasks.requests.sampling.createMessage",
};

/** Whether a question may be put as a task: 2025-11-25/basic/utilities/tasks#capability-negotiation/1, /2. */
export function takesAsTask({ method }: Question, declared: Capabilities): boolean {
  const path = capabilities[method];
  return path !== undefined && supports(declared, path);
}

/** What asking takes. */
export interface Asking {
  readonly peer: Peer;
  readonly exchange: Exchange;
  readonly clock: Clock;
  /** Milliseconds that all of it may take. */
  readonly timeoutMs: number;
  /** Handed a function that takes the question back. */
  readonly whileOpen: (takeBack: () => void) => void;
}

/**
 * Puts a question as a task of the client's, which has `task` among its params, and comes to its answer: polls at the
 * client's pace until the task has ended or wants input, then awaits its result. A client that answers at once may.
 * Page: `2025-11-25/basic/utilities/tasks`.
 */
export async function askAsTask({ method, params }: Question, asking: Asking): Promise<Answer> {
  const { peer, exchange, clock, timeoutMs, whileOpen } = asking;
  const until = clock.now() + timeoutMs;
  const request = (name: string, about: Answer) =>
    peer.request(name, about, Math.max(until - clock.now(), 1), exchange, whileOpen);
  const created = await request(method, params as Answer);
  let task = own(created, "task");
  if (task === undefined) return created;
  const taskId = own(task, "taskId");
  if (typeof taskId !== "string") throw new Error(`The client made a task of ${method} without a taskId`);
  let over = false;
  // 2025-11-25/basic/utilities/cancellation#behavior-requirements/3. Nobody waits for what comes of it.
  const cancel = () => {
    if (over) return;
    over = true;
    wake();
    peer.request("tasks/cancel", { taskId }, timeoutMs).catch(() => undefined);
  };
  let wake = () => {};
  exchange.onAbort(cancel);
  whileOpen(cancel);
  for (let status = statusOf(task); !ENDED.includes(status) && status !== "input_required"; status = statusOf(task)) {
    const pollMs = own(task, "pollInterval");
    const waitMs = typeof pollMs === "number" && pollMs > 0 ? pollMs : POLL_MS;
    await new Promise<void>((resolve) => {
      const stop = clock.after(Math.min(waitMs, Math.max(until - clock.now(), 0)), resolve);
      wake = () => {
        stop();
        resolve();
      };
    });
    if (over) throw new QuestionFailed("connection_closed", "The request that asked has ended");
    if (clock.now() >= until) {
      cancel();
      throw new QuestionFailed("request_timeout", `${method} was not answered within ${timeoutMs} ms`);
    }
    task = await request("tasks/get", { taskId });
  }
  const answer = await request("tasks/result", { taskId });
  over = true;
  return answer;
}

function statusOf(task: unknown): string {
  const status = own(task, "status");
  if (typeof status !== "string") throw new Error("The client's task has no status");
  return status;
}
