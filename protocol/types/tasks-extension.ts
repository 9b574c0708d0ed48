// The extension `io.modelcontextprotocol/tasks`: the server decides that a call becomes a task.
// Its names overlap with the tasks of 2025-11-25, so index.ts exports it as `TasksExtension`.
import type { Error } from "./errors.js";
import type { JSONRPCNotification, JSONRPCRequest, Result } from "./json-rpc.js";
import type { NotificationParams, RequestParams } from "./meta.js";
import type { InputRequests, InputResponses } from "./mrtr.js";

/**
 * The capability of the extension, on either end: it has no settings.
 * @schema { [name]: never }
 */
export type TasksExtensionCapability = Record<string, never>;

/** How a task stands. The last three are final. */
export type TaskStatus = "working" | "input_required" | "completed" | "failed" | "cancelled";

/** A task. */
export interface Task {
  /** Its id. */
  taskId: string;
  /** How it stands. */
  status: TaskStatus;
  /** The same for people. */
  statusMessage?: string;
  /** When it was made, as an ISO 8601 date and time. */
  createdAt: string;
  /** When it last changed, as an ISO 8601 date and time. */
  lastUpdatedAt: string;
  /**
   * How long it is kept, in milliseconds from its creation; null: without end.
   * @minimum -9007199254740991
   * @maximum 9007199254740991
   * @schema integer | null
   */
  ttlMs: number | null;
  /**
   * How long to wait between two polls, in milliseconds.
   * @minimum -9007199254740991
   * @maximum 9007199254740991
   * @schema integer
   */
  pollIntervalMs?: number;
}

/** A task at work. */
export interface WorkingTask extends Task {
  /** How it stands. */
  status: "working";
}

/** A task that waits for answers of the client. */
export interface InputRequiredTask extends Task {
  /** How it stands. */
  status: "input_required";
  /** The questions. In a task, a key names one question for ever. */
  inputRequests: InputRequests;
}

/** A task that ended with a result, be it one with `isError`. */
export interface CompletedTask extends Task {
  /** How it stands. */
  status: "completed";
  /** The result of the request that it ran. */
  result: { [name: string]: unknown };
}

/** A task that ended with an error of JSON-RPC. */
export interface FailedTask extends Task {
  /** How it stands. */
  status: "failed";
  /** What went wrong. */
  error: Error;
}

/** A task that was stopped. */
export interface CancelledTask extends Task {
  /** How it stands. */
  status: "cancelled";
}

/** A task with what its status brings. */
export type DetailedTask = WorkingTask | InputRequiredTask | CompletedTask | FailedTask | CancelledTask;

/** The answer to a request that became a task. */
export interface CreateTaskResult extends Result, Task {
  /** Which kind of result this is. */
  resultType: "task";
}

/** Asks how a task stands. */
export interface GetTaskRequest extends JSONRPCRequest {
  /** The method called. */
  method: "tasks/get";
  /** Its parameters. */
  params: {
    /** Metadata of the request. @schema unknown */
    _meta?: RequestParams["_meta"];
    /** The task. */
    taskId: string;
  };
}

/** How a task stands, with what its status brings. */
export type GetTaskResult = Result & DetailedTask & { resultType: "complete" };

/** Answers questions of a task. */
export interface UpdateTaskRequest extends JSONRPCRequest {
  /** The method called. */
  method: "tasks/update";
  /** Its parameters. */
  params: {
    /** Metadata of the request. @schema unknown */
    _meta?: RequestParams["_meta"];
    /** The task. */
    taskId: string;
    /** The answers, by the keys of their questions; some may come later. */
    inputResponses: InputResponses;
  };
}

/** The answers were received. */
export interface UpdateTaskResult extends Result {
  /** Which kind of result this is. */
  resultType: "complete";
}

/** Asks that a task be stopped. */
export interface CancelTaskRequest extends JSONRPCRequest {
  /** The method called. */
  method: "tasks/cancel";
  /** Its parameters. */
  params: {
    /** Metadata of the request. @schema unknown */
    _meta?: RequestParams["_meta"];
    /** The task. */
    taskId: string;
  };
}

/** The wish was received; the task may still end otherwise. */
export interface CancelTaskResult extends Result {
  /** Which kind of result this is. */
  resultType: "complete";
}

/** Parameters of `notifications/tasks`. */
export type TaskStatusNotificationParams = NotificationParams & DetailedTask;

/** Tells how a task stands. */
export interface TaskStatusNotification extends JSONRPCNotification {
  /** What is notified. */
  method: "notifications/tasks";
  /** Its parameters. @schema TaskStatusNotificationParams */
  params: TaskStatusNotificationParams & { [name: string]: unknown };
}

/** What the extension adds to the `notifications` of `subscriptions/listen`. */
export interface TaskSubscriptionNotifications {
  /** The tasks to be told of. */
  taskIds?: string[];
}

/** What the extension adds to the `notifications` of `notifications/subscriptions/acknowledged`. */
export interface TaskSubscriptionAcknowledgedNotifications {
  /** The tasks that will be told of. */
  taskIds?: string[];
}
