import { Refusal, resourceNotFound } from "../../protocol/errors.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import { isContentBlock } from "../content.js";
import { OwnResult } from "../own-result.js";
import type { Mount } from "./mount.js";

// What a mounted server's handlers give names resources as that server does. Clients know them by their names outside.

type Block = Record<string, unknown>;

/** A URI in a result as clients know it: of what the mounted server has, by its name outside; any other stays. */
const linked = (mount: Mount, uri: unknown): unknown => (typeof uri === "string" ? (mount.known(uri) ?? uri) : uri);

/** What a handler threw: of a resource that is not there, by its name outside. */
export function thrown(mount: Mount, error: unknown): unknown {
  if (!(error instanceof Refusal) || error.code !== "resource_not_found") return error;
  const uri = own(error.data, "uri");
  const outside = linked(mount, uri);
  return outside === uri ? error : resourceNotFound(outside as string);
}

function block(mount: Mount, value: unknown): unknown {
  if (!isContentBlock(value)) return value;
  const { type } = value;
  if (type === "resource_link") return { ...value, uri: linked(mount, value.uri) };
  if (type === "resource") return { ...value, resource: { ...value.resource, uri: linked(mount, value.resource.uri) } };
  return value;
}

/** What a tool's handler gave; with an output schema, what is structured is data and stays. */
export function toolValue(mount: Mount, value: unknown, structured: boolean): unknown {
  if (!isObject(value) && !Array.isArray(value)) return value;
  if (value instanceof OwnResult) return value;
  const content = own(value, "content");
  const whole = !structured || Object.hasOwn(value, "structuredContent") || own(value, "isError") === true;
  if (Array.isArray(content) && whole) return { ...(value as Block), content: content.map((one) => block(mount, one)) };
  if (structured) return value;
  return Array.isArray(value) ? value.map((one) => block(mount, one)) : block(mount, value);
}

/** What a prompt's handler gave. */
export function promptValue(mount: Mount, value: unknown): unknown {
  if (value instanceof OwnResult) return value;
  if (Array.isArray(value)) return value.map((one) => promptValue(mount, one));
  if (!isObject(value)) return value;
  if (Array.isArray(value.messages))
    return { ...value, messages: value.messages.map((one) => promptValue(mount, one)) };
  return "role" in value ? { ...value, content: block(mount, value.content) } : value;
}

/** What a resource's handler gave. */
export function resourceValue(mount: Mount, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resourceValue(mount, one));
  if (!isObject(value) || value instanceof OwnResult || value instanceof Uint8Array) return value;
  return typeof value.uri === "string" ? { ...value, uri: linked(mount, value.uri) } : value;
}

/** The `_meta` of a tool: the page of an app is a resource of its server. */
export function toolMeta(mount: Mount, meta: Block): Block {
  const ui = own(meta, "ui");
  return isObject(ui) ? { ...meta, ui: { ...ui, resourceUri: linked(mount, own(ui, "resourceUri")) } } : meta;
}
