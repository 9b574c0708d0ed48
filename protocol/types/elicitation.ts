// Elicitation: a server asks the user, through the client.
// https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation
import type { PrimitiveSchemaDefinition } from "./elicitation-schema.js";
import type { InputEnvelope, JSONRPCErrorResponse, NotificationEnvelope } from "./json-rpc.js";
import type { MetaObject, RequestMetaObject } from "./meta.js";
import type { TaskAugmentedRequestParams } from "./tasks-2025-11-25.js";

/**
 * Parameters of `elicitation/create` that ask by a form.
 * @since 2025-11-25
 */
export interface ElicitRequestFormParams extends TaskAugmentedRequestParams {
  /** Metadata of the request. @since 2025-11-25 @until 2025-11-25 */
  _meta?: RequestMetaObject;
  /** The way of asking; a form unless told. @since 2025-11-25 */
  mode?: "form";
  /** What the user is asked. */
  message: string;
  /** The form: a flat object schema with fields of a few kinds. */
  requestedSchema: {
    /** The dialect of the schema. @since 2025-11-25 */
    $schema?: string;
    /** A form is always an object. */
    type: "object";
    /** Its fields, by name. */
    properties: { [name: string]: PrimitiveSchemaDefinition };
    /** The fields that must be filled. */
    required?: string[];
  };
}

/**
 * Parameters of `elicitation/create` that send the user to a URL.
 * @since 2025-11-25
 */
export interface ElicitRequestURLParams extends TaskAugmentedRequestParams {
  /** Metadata of the request. @since 2025-11-25 @until 2025-11-25 */
  _meta?: RequestMetaObject;
  /** The way of asking. */
  mode: "url";
  /** What the user is to do there. */
  message: string;
  /** Names this elicitation, to tell later that it is done. @until 2025-11-25 @requiredSince 2025-11-25 */
  elicitationId?: string;
  /** Where the user is to go. @format uri */
  url: string;
}

/**
 * Parameters of `elicitation/create`.
 * @since 2025-11-25
 * @was 2025-06-18 ElicitRequestFormParams
 */
export type ElicitRequestParams = ElicitRequestFormParams | ElicitRequestURLParams;

/**
 * Asks the user.
 * @since 2025-06-18
 */
export interface ElicitRequest extends InputEnvelope {
  /** The method called. */
  method: "elicitation/create";
  /** Its parameters. */
  params: ElicitRequestParams;
}

/**
 * What the user said.
 * @since 2025-06-18
 */
export interface ElicitResult {
  /** Metadata of the result. @until 2025-11-25 */
  _meta?: MetaObject;
  /** The user agreed, said no, or left without either. */
  action: "accept" | "decline" | "cancel";
  /**
   * The fields of the form, by name, where the user agreed.
   * Of numbers, the schemas accept whole ones only.
   * @was 2025-06-18 { [name]: string | integer | boolean }
   * @schema { [name]: string[] | string | integer | boolean }
   */
  content?: { [name: string]: string | number | boolean | string[] };
}

/**
 * Tells that what the user was sent to a URL for is done.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface ElicitationCompleteNotification extends NotificationEnvelope {
  /** What is notified. */
  method: "notifications/elicitation/complete";
  /** Its parameters. */
  params: {
    /** The elicitation that is done. */
    elicitationId: string;
  };
}

/**
 * The request can be answered once the user has been to these URLs.
 * @since 2025-11-25
 * @until 2025-11-25
 */
export interface URLElicitationRequiredError extends JSONRPCErrorResponse {
  /** What went wrong. */
  error: {
    /** The kind of error. */
    code: -32042;
    /** One short sentence. */
    message: string;
    /** What is to be done first. */
    data: {
      /** Where the user has to go. */
      elicitations: ElicitRequestURLParams[];
      /** Whatever else the server tells. */
      [name: string]: unknown;
    };
  };
}
