// The handshake of the revisions up to 2025-11-25.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
import type { ClientCapabilities, ServerCapabilities } from "./capabilities.js";
import type { Implementation } from "./implementation.js";
import type { NotificationEnvelope, RequestEnvelope, Result } from "./json-rpc.js";
import type { NotificationParams, RequestParams } from "./meta.js";

/**
 * Parameters of `initialize`.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface InitializeRequestParams extends RequestParams {
  /** The revision that the client prefers, commonly its newest. */
  protocolVersion: string;
  /** What the client can do. */
  capabilities: ClientCapabilities;
  /** The client software. */
  clientInfo: Implementation;
}

/**
 * Opens a session; the first request of a client.
 * @until 2025-11-25
 */
export interface InitializeRequest extends RequestEnvelope {
  /** The method called. */
  method: "initialize";
  /** Its parameters. */
  params: InitializeRequestParams;
}

/**
 * The server's half of the handshake.
 * @until 2025-11-25
 */
export interface InitializeResult extends Result {
  /** The revision of this session; a client that does not speak it disconnects. */
  protocolVersion: string;
  /** What the server offers. */
  capabilities: ServerCapabilities;
  /** The server software. */
  serverInfo: Implementation;
  /** How to use the server, written for a language model. */
  instructions?: string;
}

/**
 * Tells the server that the client has taken note of the handshake and will now work.
 * @until 2025-11-25
 */
export interface InitializedNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/initialized";
  /** Its parameters. @was 2025-06-18 EarlyNotificationParams */
  params?: NotificationParams;
}
