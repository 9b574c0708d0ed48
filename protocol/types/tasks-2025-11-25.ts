// Tasks as 2025-11-25 had them, an experiment: the requestor asks for a task, and polls it.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks
// The extension that took their place is in tasks-extension.ts.
import type { JSONObject } from "./json-value.js";
import type { NotificationEnvelope, RequestEnvelope, Result } from "./json-rpc.js";
import type { NotificationParams, RequestParams } from "./meta.js";
import type { PaginatedRequestParams, PaginatedResult } from "./pagination.js";

/**
 * The capability `tasks` of a client; not a name of the specification.
 * @inline
 */
export interface ClientTaskCapabilities {
  /** It answers `tasks/list`. */
  list?: JSONObject;
  /** It answers `tasks/cancel`. */
  cancel?: JSONObject;
  /** What it can run as a task. */
  requests?: {
    /** Of sampling. */
    sampling?: {
      /** `sampling/createMessage`. */
      createMessage?: JSONObject;
    };
    /** Of elicitation. */
    elicitation?: {
      /** `elicitation/create`. */
      create?: JSONObject;
    };
  };
}

/**
 * The capability `tasks` of a server; not a name of the specification.
 * @inline
 */
export interface ServerTaskCapabilities {
  /** It answers `tasks/list`. */
  list?: JSONObject;
  /** It answers `tasks/cancel`. */
  cancel?: JSONObject;
  /** What it can run as a task. */
  requests?: {
    /** Of tools. */
    tools?: {
      /** `tools/call`. */
      call?: JSONObject;
    };
  };
}

/**
 * How a tool may be run.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface ToolExecution {
  /** As a task: never ("forbidden", unless told), as the caller likes, or always. */
  taskSupport?: "forbidden" | "optional" | "required";
}

/**
 * Asks that a request be run as a task.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface TaskMetadata {
  /** How long the task is to be kept, in milliseconds from its creation. @schema integer */
  ttl?: number;
}

/**
 * Parameters of a request that may be run as a task.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface TaskAugmentedRequestParams extends RequestParams {
  /** Asks that the request be run as a task. @since 2025-11-25 @until 2025-11-25 */
  task?: TaskMetadata;
}

/**
 * Ties a message to a task, in its `_meta` under `io.modelcontextprotocol/related-task`.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface RelatedTaskMetadata {
  /** The task. */
  taskId: string;
}

/**
 * How a task stands. The last three are final.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export type TaskStatus = "working" | "input_required" | "completed" | "failed" | "cancelled";

/**
 * A task.
 * @since 2025-11-25
 * @until 2025-11-25
 */
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
  /** How long it is kept, in milliseconds from its creation; null: without end. @schema integer | null */
  ttl: number | null;
  /** How long to wait between two polls, in milliseconds. @schema integer */
  pollInterval?: number;
}

/**
 * The answer to a request that is run as a task.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface CreateTaskResult extends Result {
  /** The task. */
  task: Task;
}

/**
 * Asks how a task stands.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface GetTaskRequest extends RequestEnvelope {
  /** The method called. */
  method: "tasks/get";
  /** Its parameters. */
  params: {
    /** The task. */
    taskId: string;
  };
}

/**
 * How a task stands.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface GetTaskResult extends Result, Task {}

/**
 * Asks for what came of a task, and waits for it.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface GetTaskPayloadRequest extends RequestEnvelope {
  /** The method called. */
  method: "tasks/result";
  /** Its parameters. */
  params: {
    /** The task. */
    taskId: string;
  };
}

/**
 * What came of a task: the result of the request that it ran.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface GetTaskPayloadResult extends Result {
  /** The members of that result. */
  [name: string]: unknown;
}

/**
 * Asks that a task be stopped.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface CancelTaskRequest extends RequestEnvelope {
  /** The method called. */
  method: "tasks/cancel";
  /** Its parameters. */
  params: {
    /** The task. */
    taskId: string;
  };
}

/**
 * How a task stands that was to be stopped.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface CancelTaskResult extends Result, Task {}

/**
 * Asks for the list of tasks.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface ListTasksRequest extends RequestEnvelope {
  /** The method called. */
  method: "tasks/list";
  /** Its parameters. */
  params?: PaginatedRequestParams;
}

/**
 * A page of the list of tasks.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface ListTasksResult extends PaginatedResult {
  /** The tasks on this page. */
  tasks: Task[];
}

/**
 * Parameters of `notifications/tasks/status`.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface TaskStatusNotificationParams extends NotificationParams, Task {}

/**
 * Tells that a task stands differently.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface TaskStatusNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/tasks/status";
  /** Its parameters. */
  params: TaskStatusNotificationParams;
}
