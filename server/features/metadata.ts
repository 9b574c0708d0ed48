import { isObject, own } from "../../protocol/jsonrpc.js";
import { malformedTraceKeys, readTraceContext } from "../../protocol/trace-context.js";
import type { Feature } from "../feature.js";

// What authors write beside the thing itself is held to its rules when it is registered: clients may refuse a whole
// list for one malformed member.

const metaKey =
  /^(?:([A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)\/)?(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/;
const traceKeys = ["traceparent", "tracestate", "baggage"];
/** Prefixes of the specification that are meant to be written by servers: its extensions' and its own. */
const official = /^io\.modelcontextprotocol\//;

/** Throws a TypeError for a key that breaks the rules or is reserved. Page: `2026-07-28/basic/index#meta`. */
export function checkMetaKeys(meta: unknown, where: string): void {
  if (meta === undefined) return;
  if (!isObject(meta)) throw new TypeError(`${where}: _meta must be an object`);
  for (const key of Object.keys(meta)) {
    const match = metaKey.exec(key);
    if (!match) throw new TypeError(`${where}: "${key}" is no key for _meta: an optional prefix of labels and a name`);
    const second = match[1]?.split(".")[1];
    if ((second === "mcp" || second === "modelcontextprotocol") && !official.test(key) && !traceKeys.includes(key)) {
      throw new TypeError(`${where}: "${key}" has a prefix that is reserved for the specification`);
    }
  }
  const [malformed] = malformedTraceKeys(meta);
  if (malformed !== undefined)
    throw new TypeError(`${where}: _meta.${malformed} must have the format of W3C Trace Context or Baggage`);
}

const isText = (value: unknown): boolean => value === undefined || typeof value === "string";

/** Throws a TypeError for icons that no client may show. Page: `2026-07-28/basic/index#icons`. */
export function checkIcons(icons: unknown, where: string): void {
  if (icons === undefined) return;
  if (!Array.isArray(icons)) throw new TypeError(`${where}: icons must be a list`);
  for (const icon of icons as unknown[]) {
    const src = own(icon, "src");
    if (typeof src !== "string" || !/^(https?:\/\/|data:)/i.test(src)) {
      throw new TypeError(`${where}: an icon's src must be an http, https or data URI, got ${JSON.stringify(src)}`);
    }
    const sizes = own(icon, "sizes");
    if (sizes !== undefined && !(Array.isArray(sizes) && sizes.every((size) => /^(any|\d+x\d+)$/.test(String(size))))) {
      throw new TypeError(`${where}: an icon's sizes must be a list like ["48x48"] or ["any"]`);
    }
    if (!isText(own(icon, "mimeType"))) throw new TypeError(`${where}: an icon's mimeType must be a string`);
    const theme = own(icon, "theme");
    if (theme !== undefined && theme !== "light" && theme !== "dark") {
      throw new TypeError(`${where}: an icon's theme must be "light" or "dark"`);
    }
  }
}

/** Throws a TypeError for annotations that say nothing. Page: `2026-07-28/server/resources#annotations`. */
export function checkAnnotations(annotations: unknown, where: string): void {
  if (annotations === undefined) return;
  if (!isObject(annotations)) throw new TypeError(`${where}: annotations must be an object`);
  const { audience, priority, lastModified } = annotations as Record<string, unknown>;
  if (
    audience !== undefined &&
    !(Array.isArray(audience) && audience.every((who) => who === "user" || who === "assistant"))
  ) {
    throw new TypeError(`${where}: annotations.audience must be a list of "user" and "assistant"`);
  }
  if (priority !== undefined && !(typeof priority === "number" && priority >= 0 && priority <= 1)) {
    throw new TypeError(`${where}: annotations.priority must be a number from 0 to 1`);
  }
  if (
    lastModified !== undefined &&
    !(typeof lastModified === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(lastModified))
  ) {
    throw new TypeError(`${where}: annotations.lastModified must be an ISO 8601 time like "2025-01-12T15:00:58Z"`);
  }
}

const toolHints = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];

/** Throws a TypeError for hints that are no booleans. Page: `2026-07-28/server/tools#tool`. */
export function checkToolAnnotations(annotations: unknown, where: string): void {
  if (annotations === undefined) return;
  if (!isObject(annotations)) throw new TypeError(`${where}: annotations must be an object`);
  for (const hint of toolHints) {
    const value = own(annotations, hint);
    if (value !== undefined && typeof value !== "boolean")
      throw new TypeError(`${where}: annotations.${hint} must be a boolean`);
  }
  if (!isText(own(annotations, "title"))) throw new TypeError(`${where}: annotations.title must be a string`);
}

/** What a name should rather be; undefined where it is fine. Page: `2026-07-28/server/tools#tool-names`. */
export function adviceOnName(name: string): string | undefined {
  if (name.length > 128) return "tool names should have at most 128 characters";
  if (!/^[A-Za-z0-9_.-]+$/.test(name))
    return "tool names should have letters, digits, underscores, hyphens and dots alone";
  return undefined;
}

/** What an author writes beside the thing itself. */
export interface AuthorsMembers {
  readonly annotations?: unknown;
  /** The annotations of a tool: hints. */
  readonly hints?: unknown;
  readonly icons?: unknown;
  readonly _meta?: unknown;
}

function check({ annotations, hints, icons, _meta }: AuthorsMembers, where: string): void {
  checkAnnotations(annotations, where);
  checkToolAnnotations(hints, where);
  checkIcons(icons, where);
  checkMetaKeys(_meta, where);
}

function advise(tool: string, tell: (text: string) => void): void {
  const advice = adviceOnName(tool);
  if (advice !== undefined) tell(`Tool "${tool}": ${advice}`);
}

const checks = { check, advise, readTraceContext };
export type Metadata = typeof checks;

/** Icons, `_meta`, annotations and names of what is registered, `_meta` of results, and the trace context of a request. */
export const metadata: Feature<never, "trace"> = {
  name: "metadata",
  install(server) {
    server.metadata = checks;
  },
};
