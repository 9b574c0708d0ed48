// Which messages each end sends.
import type { CancelledNotification } from "./cancellation.js";
import type { CompleteRequest, CompleteResult } from "./completion.js";
import type { DiscoverRequest, DiscoverResult } from "./discover.js";
import type { ElicitationCompleteNotification, ElicitRequest, ElicitResult } from "./elicitation.js";
import type { EmptyResult } from "./json-rpc.js";
import type { InitializedNotification, InitializeRequest, InitializeResult } from "./lifecycle.js";
import type { LoggingMessageNotification, SetLevelRequest } from "./logging.js";
import type { InputRequiredResult } from "./mrtr.js";
import type { PingRequest } from "./ping.js";
import type { ProgressNotification } from "./progress.js";
import type {
  GetPromptRequest,
  GetPromptResult,
  ListPromptsRequest,
  ListPromptsResult,
  PromptListChangedNotification,
} from "./prompts.js";
import type {
  ListResourcesRequest,
  ListResourcesResult,
  ListResourceTemplatesRequest,
  ListResourceTemplatesResult,
  ReadResourceRequest,
  ReadResourceResult,
  ResourceListChangedNotification,
  ResourceUpdatedNotification,
} from "./resources.js";
import type { ListRootsRequest, ListRootsResult, RootsListChangedNotification } from "./roots.js";
import type { CreateMessageRequest, CreateMessageResult } from "./sampling.js";
import type {
  SubscribeRequest,
  SubscriptionsAcknowledgedNotification,
  SubscriptionsListenRequest,
  SubscriptionsListenResult,
  UnsubscribeRequest,
} from "./subscriptions.js";
import type {
  CancelTaskRequest,
  CancelTaskResult,
  GetTaskPayloadRequest,
  GetTaskPayloadResult,
  GetTaskRequest,
  GetTaskResult,
  ListTasksRequest,
  ListTasksResult,
  TaskStatusNotification,
} from "./tasks-2025-11-25.js";
import type {
  CallToolRequest,
  CallToolResult,
  ListToolsRequest,
  ListToolsResult,
  ToolListChangedNotification,
} from "./tools.js";

/** A request of a client. */
export type ClientRequest =
  | InitializeRequest
  | PingRequest
  | DiscoverRequest
  | ListResourcesRequest
  | ListResourceTemplatesRequest
  | ReadResourceRequest
  | SubscribeRequest
  | UnsubscribeRequest
  | SubscriptionsListenRequest
  | ListPromptsRequest
  | GetPromptRequest
  | ListToolsRequest
  | CallToolRequest
  | GetTaskRequest
  | GetTaskPayloadRequest
  | CancelTaskRequest
  | ListTasksRequest
  | SetLevelRequest
  | CompleteRequest;

/**
 * A notification of a client.
 * @now 2026-07-28 CancelledNotification
 */
export type ClientNotification =
  | CancelledNotification
  | InitializedNotification
  | ProgressNotification
  | TaskStatusNotification
  | RootsListChangedNotification;

/**
 * What a client answers to a request of a server. 2026-07-28 has no such requests.
 * @now 2026-07-28 Result
 */
export type ClientResult =
  | EmptyResult
  | GetTaskResult
  | GetTaskPayloadResult
  | CancelTaskResult
  | ListTasksResult
  | CreateMessageResult
  | ListRootsResult
  | ElicitResult;

/**
 * A request of a server.
 * @until 2025-11-25
 */
export type ServerRequest =
  | PingRequest
  | GetTaskRequest
  | GetTaskPayloadRequest
  | CancelTaskRequest
  | ListTasksRequest
  | CreateMessageRequest
  | ListRootsRequest
  | ElicitRequest;

/** A notification of a server. */
export type ServerNotification =
  | CancelledNotification
  | ProgressNotification
  | ResourceListChangedNotification
  | SubscriptionsAcknowledgedNotification
  | ResourceUpdatedNotification
  | PromptListChangedNotification
  | ToolListChangedNotification
  | TaskStatusNotification
  | LoggingMessageNotification
  | ElicitationCompleteNotification;

/** What a server answers to a request of a client. */
export type ServerResult =
  | EmptyResult
  | InputRequiredResult
  | InitializeResult
  | DiscoverResult
  | ListResourcesResult
  | ListResourceTemplatesResult
  | ReadResourceResult
  | SubscriptionsListenResult
  | ListPromptsResult
  | GetPromptResult
  | ListToolsResult
  | CallToolResult
  | GetTaskResult
  | GetTaskPayloadResult
  | CancelTaskResult
  | ListTasksResult
  | CompleteResult;
