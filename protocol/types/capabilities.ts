// What a client or a server can do.
// https://modelcontextprotocol.io/specification/2026-07-28/basic#capabilities
import type { JSONObject } from "./json-value.js";
import type { ClientTaskCapabilities, ServerTaskCapabilities } from "./tasks-2025-11-25.js";

/** What a client can do for the server while it waits. */
export interface ClientCapabilities {
  /** Capabilities outside the specification, by name. */
  experimental?: { [name: string]: JSONObject };
  /** It has roots to list. */
  roots?: {
    /** It notifies when they change. @until 2025-11-25 */
    listChanged?: boolean;
  };
  /** It can sample from a language model. */
  sampling?: {
    /** It can include context of servers (`includeContext`). @since 2025-11-25 */
    context?: JSONObject;
    /** It can offer tools to the model (`tools`, `toolChoice`). @since 2025-11-25 */
    tools?: JSONObject;
  };
  /** It can ask its user. @since 2025-06-18 */
  elicitation?: {
    /** By a form. An empty `elicitation` means this too. @since 2025-11-25 */
    form?: JSONObject;
    /** By sending the user to a URL. @since 2025-11-25 */
    url?: JSONObject;
  };
  /** It can run what it is asked as a task. @since 2025-11-25 @until 2025-11-25 */
  tasks?: ClientTaskCapabilities;
  /** Extensions it speaks, by identifier, with their settings. @since 2026-07-28 */
  extensions?: { [identifier: string]: JSONObject };
}

/** What a server offers. */
export interface ServerCapabilities {
  /** Capabilities outside the specification, by name. */
  experimental?: { [name: string]: JSONObject };
  /** It sends log messages. */
  logging?: JSONObject;
  /** It completes arguments. @since 2025-03-26 */
  completions?: JSONObject;
  /** It has prompts. */
  prompts?: {
    /** It notifies when their list changes. */
    listChanged?: boolean;
  };
  /** It has resources. */
  resources?: {
    /** It notifies when a resource that was subscribed to changes. */
    subscribe?: boolean;
    /** It notifies when their list changes. */
    listChanged?: boolean;
  };
  /** It has tools. */
  tools?: {
    /** It notifies when their list changes. */
    listChanged?: boolean;
  };
  /** It can run calls as tasks. @since 2025-11-25 @until 2025-11-25 */
  tasks?: ServerTaskCapabilities;
  /** Extensions it speaks, by identifier, with their settings. @since 2026-07-28 */
  extensions?: { [identifier: string]: JSONObject };
}
