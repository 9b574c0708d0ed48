import { encodeBase64 } from "../protocol/base64.js";
import { isObject, own } from "../protocol/jsonrpc.js";
import type {
  Annotations,
  AudioContent,
  ContentBlock,
  EmbeddedResource,
  ImageContent,
  ResourceLink,
  TextContent,
} from "../protocol/types/index.js";

/** What any content block may carry besides its content. */
export interface BlockOptions {
  readonly annotations?: Annotations;
  readonly _meta?: Record<string, unknown>;
}

const base64Of = (data: Uint8Array | string): string => (typeof data === "string" ? data : encodeBase64(data));

/** A block of text. */
export const text = (value: string, options: BlockOptions = {}): TextContent => ({
  type: "text",
  text: value,
  ...options,
});

/** An image, from bytes or from what is Base64 already. */
export const image = (data: Uint8Array | string, mimeType: string, options: BlockOptions = {}): ImageContent => ({
  type: "image",
  data: base64Of(data),
  mimeType,
  ...options,
});

/** A sound, from bytes or from what is Base64 already. Revisions before 2025-03-26 are told of it in words. */
export const audio = (data: Uint8Array | string, mimeType: string, options: BlockOptions = {}): AudioContent => ({
  type: "audio",
  data: base64Of(data),
  mimeType,
  ...options,
});

/** A link to a resource, which the client may read. Revisions before 2025-06-18 get it as text. */
export const resourceLink = (
  uri: string,
  name: string,
  options: Omit<ResourceLink, "type" | "uri" | "name"> = {},
): ResourceLink => ({
  type: "resource_link",
  uri,
  name,
  ...options,
});

/** A resource with its contents: a string is text, bytes are a blob. */
export const embeddedResource = (
  uri: string,
  contents: string | Uint8Array,
  mimeType?: string,
  options: BlockOptions = {},
): EmbeddedResource => ({
  type: "resource",
  resource: {
    uri,
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(typeof contents === "string" ? { text: contents } : { blob: encodeBase64(contents) }),
  },
  ...options,
});

const isString = (value: unknown, name: string) => typeof own(value, name) === "string";

/** Whether a value has the form of a content block of any revision. */
export function isContentBlock(value: unknown): value is ContentBlock {
  switch (own(value, "type")) {
    case "text":
      return isString(value, "text");
    case "image":
    case "audio":
      return isString(value, "data") && isString(value, "mimeType");
    case "resource_link":
      return isString(value, "uri") && isString(value, "name");
    case "resource": {
      const resource = own(value, "resource");
      return (
        isObject(resource) && isString(resource, "uri") && (isString(resource, "text") || isString(resource, "blob"))
      );
    }
    default:
      return false;
  }
}
