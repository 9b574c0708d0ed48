// What prompts, tool results and sampling messages are made of.
// https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result
import type { MetaObject } from "./meta.js";
import type { BlobResourceContents, Resource, TextResourceContents } from "./resources.js";

/** Who speaks in a conversation. */
export type Role = "user" | "assistant";

/**
 * Hints on whom a thing is for and how much it matters.
 * @since 2025-03-26
 */
export interface Annotations {
  /** Whom it is for. */
  audience?: Role[];
  /** How much it matters: from 0, can be left out, to 1, is indispensable. @minimum 0 @maximum 1 */
  priority?: number;
  /** When it last changed, as an ISO 8601 date and time. @since 2025-06-18 */
  lastModified?: string;
}

/**
 * Things that carry hints.
 * @until 2024-11-05
 */
export interface Annotated {
  /** Hints for the client. */
  annotations?: Annotations;
}

/** A text. */
export interface TextContent {
  /** The kind of content. */
  type: "text";
  /** The text itself. */
  text: string;
  /** Hints for the client. */
  annotations?: Annotations;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/** A picture. */
export interface ImageContent {
  /** The kind of content. */
  type: "image";
  /** The bytes, in base64. @format byte */
  data: string;
  /** The media type of the bytes. */
  mimeType: string;
  /** Hints for the client. */
  annotations?: Annotations;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/**
 * A sound.
 * @since 2025-03-26
 */
export interface AudioContent {
  /** The kind of content. */
  type: "audio";
  /** The bytes, in base64. @format byte */
  data: string;
  /** The media type of the bytes. */
  mimeType: string;
  /** Hints for the client. */
  annotations?: Annotations;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/**
 * A pointer to a resource that can be read. It need not be on the server's list.
 * @since 2025-06-18
 */
export interface ResourceLink extends Resource {
  /** The kind of content. */
  type: "resource_link";
}

/** A resource with its contents. */
export interface EmbeddedResource {
  /** The kind of content. */
  type: "resource";
  /** The resource, as text or bytes. */
  resource: TextResourceContents | BlobResourceContents;
  /** Hints for the client. */
  annotations?: Annotations;
  /** Metadata. @since 2025-06-18 */
  _meta?: MetaObject;
}

/**
 * One piece of a prompt or of a tool's result.
 * @since 2025-06-18
 */
export type ContentBlock = TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource;
