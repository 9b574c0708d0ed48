import { supports, type Capabilities } from "../../protocol/capabilities.js";
import type { Clock } from "../../protocol/clock.js";
import { QuestionFailed } from "../../protocol/errors.js";
import type { Exchange } from "../../protocol/exchange.js";
import { own } from "../../protocol/jsonrpc.js";
import type { Peer } from "../../protocol/peer.js";
import { questionsTo, type WhileOpen } from "../../protocol/questions.js";
import type { Question } from "./question.js";

/** Milliseconds between two polls where the client names none, and at least. */
const POLL_MS = 1_000;
const LEAST_POLL_MS = 250;
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
  /** Whether the client lets its tasks be cancelled. */
  readonly cancels: boolean;
  /** Handed a function that takes the question back. */
  readonly whileOpen: WhileOpen;
}

/**
 * Puts a question as a task of the client's, which has `task` among its params, and comes to its answer: polls at the
 * client's pace until the task has ended or wants input, then awaits its result. A client that answers at once may.
 * Page: `2025-11-25/basic/utilities/tasks`.
 */
export async function askAsTask({ method, params }: Question, asking: Asking): Promise<Answer> {
  const { peer, exchange, clock, timeoutMs, cancels } = asking;
  const until = clock.now() + timeoutMs;
  let taskId: string | undefined;
  let over: QuestionFailed | undefined;
  let wake = () => {};
  // 2025-11-25/basic/utilities/cancellation#behavior-requirements/3: nothing but this ends a task. Nobody waits for what
  // comes of it. A task that is not known yet is cancelled when it is.
  const cancel = () => {
    if (cancels && taskId !== undefined)
      questionsTo(peer)
        .ask("tasks/cancel", { taskId }, timeoutMs, undefined, undefined, true)
        .catch(() => undefined);
  };
  const giveUp = (failed: QuestionFailed) => {
    if (over) return;
    over = failed;
    cancel();
    wake();
  };
  const forgets = [
    clock.after(timeoutMs, () =>
      giveUp(new QuestionFailed("request_timeout", `${method} was not answered within ${timeoutMs} ms`)),
    ),
    exchange.onAbort(() => giveUp(ended("The request that asked was cancelled"))),
    asking.whileOpen(() => giveUp(ended("The request that asked has ended"))),
  ];
  /** What the client answers, unless nobody waits for it any more. */
  const request = (name: string, about: Answer) =>
    new Promise<Answer>((resolve, reject) => {
      if (over) return reject(over);
      wake = () => reject(over);
      // The client may take as long again to name a task that has to be cancelled.
      questionsTo(peer)
        .ask(name, about, until - clock.now() + timeoutMs, exchange, undefined, true)
        .then(resolve, reject);
    });
  const creating = questionsTo(peer).ask(method, params as Answer, 2 * timeoutMs, exchange, undefined, true);
  creating.then(
    (created) => {
      const id = own(own(created, "task"), "taskId");
      if (typeof id === "string") taskId = id;
      if (over) cancel();
    },
    () => undefined,
  );
  try {
    const created = await new Promise<Answer>((resolve, reject) => {
      wake = () => reject(over);
      creating.then(resolve, reject);
    });
    let task = own(created, "task");
    if (task === undefined) return created;
    if (taskId === undefined) throw new Error(`The client made a task of ${method} without a taskId`);
    for (let status = statusOf(task); !ENDED.includes(status) && status !== "input_required"; status = statusOf(task)) {
      const pollMs = own(task, "pollInterval");
      const waitMs = typeof pollMs === "number" && pollMs > 0 ? Math.max(pollMs, LEAST_POLL_MS) : POLL_MS;
      await new Promise<void>((resolve) => {
        const stop = clock.after(waitMs, resolve);
        wake = () => {
          stop();
          resolve();
        };
      });
      task = await request("tasks/get", { taskId });
    }
    return await request("tasks/result", { taskId });
  } finally {
    for (const forget of forgets) forget();
  }
}

const ended = (why: string) => new QuestionFailed("connection_closed", why);

function statusOf(task: unknown): string {
  const status = own(task, "status");
  if (typeof status !== "string") throw new Error("The client's task has no status");
  return status;
}
