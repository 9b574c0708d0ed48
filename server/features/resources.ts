import { encodeBase64 } from "../../protocol/base64.js";
import { invalidParams, resourceNotFound } from "../../protocol/errors.js";
import { given } from "../../protocol/given.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type {
  Annotations,
  BlobResourceContents,
  Icon,
  MetaObject,
  Resource,
  ResourceTemplate,
  TextResourceContents,
} from "../../protocol/types/index.js";
import { UriTemplate, type UriTemplateLimits } from "../../protocol/uri-template.js";
import { readCacheHints, type CacheHints } from "../cache-hints.js";
import type { ResourceMethod } from "../author.js";
import type { Call } from "../call.js";
import { Context } from "../context.js";
import { installed, type Feature } from "../feature.js";
import { OwnResult } from "../own-result.js";
import type { Enabled, Entry, Registration } from "../registry.js";
import type { Scoped } from "../rights.js";
import type { Server } from "../server.js";
import type { Completers } from "./completion.js";
import { checkAuthors, scopedOf } from "./author-checks.js";
import { page, readCursor, visibleOf, type Position } from "./pagination.js";

export type Contents = TextResourceContents | BlobResourceContents;

/** What an author says of a resource or of a template of resources. */
export interface ResourceDefinition extends Scoped {
  /** A name for programs; the URI or template itself where left out. */
  readonly name?: string;
  /** A name for people. */
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  /** Size in bytes, where it is known; templates have none. */
  readonly size?: number;
  readonly annotations?: Annotations;
  readonly icons?: Icon[];
  readonly _meta?: MetaObject;
  /** How long the contents may be taken as fresh (modern revisions). Default: the server's. */
  readonly cache?: Partial<CacheHints>;
  /**
   * Who may know of the resource. For others it is not listed and does not exist, and its handler does not run. Asked
   * anew for each request; `variables` are those of a template, none where the template itself is listed or completed.
   */
  readonly permits?: Permits;
  /** The same by the caller's rights alone, as tools and prompts have it. Where both stand, both have to agree. */
  readonly enabled?: Enabled;
  /** Templates only: the resources of this template that `resources/list` shall show. */
  readonly list?: (ctx: Context) => readonly ListedResource[] | Promise<readonly ListedResource[]>;
  /** Templates only: completions of a variable. */
  readonly complete?: Completers;
  /**
   * Templates only: lets values hold `..`, encoded slashes and control characters. The handler has to confine them
   * itself.
   */
  readonly unconfined?: boolean;
}

/** Says whether who asks (`ctx.auth`) may know of a resource. */
export type Permits = (ctx: Context, variables: Readonly<Record<string, unknown>>) => boolean | Promise<boolean>;

/** A resource as a template's `list` gives it: what it leaves out is the template's. */
export type ListedResource = Pick<Resource, "uri"> & Partial<Resource>;

export type ResourceHandler = (variables: never, ctx: Context<never>) => unknown;

export interface ResourceEntry extends Entry {
  readonly resource: Resource;
  readonly hints: CacheHints | undefined;
  readonly permits: Permits | undefined;
  readonly handler: (variables: unknown, ctx: Context) => unknown;
}

export interface TemplateEntry extends Entry {
  readonly template: UriTemplate;
  readonly resourceTemplate: ResourceTemplate;
  readonly hints: CacheHints | undefined;
  readonly permits: Permits | undefined;
  readonly list: ResourceDefinition["list"];
  readonly complete: Completers | undefined;
  readonly unconfined: boolean;
  readonly handler: (variables: unknown, ctx: Context) => unknown;
}

const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/** Whether what an author gave stands for many resources. */
export const isTemplate = (uri: string): boolean => uri.includes("{");

const permitsOf = ({ enabled, permits }: ResourceDefinition): Permits | undefined =>
  enabled ? (ctx, variables) => enabled(ctx.auth) && (permits?.(ctx, variables) ?? true) : permits;

/** Prepares a resource. Throws a TypeError that names it and what is wrong. */
export function makeResource(
  server: Server,
  uri: string,
  definition: ResourceDefinition,
  handler: ResourceHandler,
  order: number,
): ResourceEntry {
  const where = checkUri(uri, handler);
  for (const member of ["list", "complete", "unconfined"] as const) {
    if (definition[member] !== undefined) throw new TypeError(`${where}: ${member} is for templates`);
  }
  const { size } = definition;
  const resource: Resource = given({ uri, ...described(server, definition, uri), size });
  return {
    order,
    enabled: true,
    ...scopedOf(server, definition, where),
    resource,
    hints: readCacheHints(definition.cache, where),
    permits: permitsOf(definition),
    handler: handler as unknown as ResourceEntry["handler"],
  };
}

/** Prepares a template. Throws a TypeError (or the template's own error) that names it and what is wrong. */
export function makeTemplate(
  server: Server,
  uriTemplate: string,
  definition: ResourceDefinition,
  handler: ResourceHandler,
  order: number,
  limits: UriTemplateLimits = {},
): TemplateEntry {
  const where = checkUri(uriTemplate, handler);
  const template = new UriTemplate(uriTemplate, limits);
  for (const name of Object.keys(definition.complete ?? {})) {
    if (!template.names.includes(name))
      throw new TypeError(`${where}: complete.${name} names no variable of the template`);
  }
  return {
    order,
    enabled: true,
    ...scopedOf(server, definition, where),
    template,
    resourceTemplate: { uriTemplate, ...described(server, definition, uriTemplate) },
    hints: readCacheHints(definition.cache, where),
    permits: permitsOf(definition),
    list: definition.list,
    complete: definition.complete,
    unconfined: definition.unconfined ?? false,
    handler: handler as unknown as TemplateEntry["handler"],
  };
}

function checkUri(uri: string, handler: unknown): string {
  const where = `Resource "${uri}"`;
  if (typeof uri !== "string" || !scheme.test(uri))
    throw new TypeError(`${where}: the URI must begin with a scheme, like "file:"`);
  if (typeof handler !== "function") throw new TypeError(`${where}: the handler must be a function`);
  return where;
}

function described(
  server: Server,
  definition: ResourceDefinition,
  name: string,
): Omit<ResourceTemplate, "uriTemplate"> {
  const { title, description, mimeType, annotations, icons, _meta } = definition;
  const where = `Resource "${name}"`;
  checkAuthors(server, { annotations, icons, _meta }, where);
  return given({ name: definition.name ?? name, title, description, mimeType, annotations, icons, _meta });
}

async function listResources(call: Call): Promise<Record<string, unknown>> {
  const { server, params } = call;
  let after = readCursor(params, "resources");
  const listed: (Position & { resource: Resource })[] = [];
  for (const entry of visibleOf(call, server.resources)) {
    const { resource, order } = entry;
    if (!entry.permits || (await permits(entry, {}, call))) listed.push({ resource, order, index: 0 });
  }
  // Templates stand behind all resources: their registrations are counted apart.
  for (const entry of visibleOf(call, server.templates)) {
    const resources = await resourcesOf(entry, call);
    const order = behindResources + entry.order;
    if (after?.order === order) after = { order, index: resumeAt(resources, after) };
    resources.forEach((resource, index) => listed.push({ resource, order, index, key: resource.uri }));
  }
  const { items, nextCursor } = page(listed, "resources", after, server.pageSize, (item) => item);
  return given({ resources: items.map(({ resource }) => resource), nextCursor });
}

/** What a template's `list` gives. Throws a TypeError for what is no list of resources. */
async function resourcesOf(entry: TemplateEntry, call: Call): Promise<Resource[]> {
  if (!entry.list) return [];
  const { uriTemplate, ...shared } = entry.resourceTemplate;
  const resources: unknown = await entry.list(new Context(call));
  const fits = (item: unknown) =>
    typeof own(item, "uri") === "string" && ["string", "undefined"].includes(typeof own(item, "name"));
  if (!Array.isArray(resources) || !resources.every(fits)) {
    throw new TypeError(`Resource "${uriTemplate}": list must return resources, each with a uri`);
  }
  return (resources as ListedResource[]).map((resource) => ({
    ...shared,
    ...resource,
    name: resource.name ?? resource.uri,
  }));
}

/**
 * Behind which item of a list to go on: the one that the cursor names, or, where that is gone, the one before its
 * place.
 */
function resumeAt(resources: readonly Resource[], { index, key }: Position): number {
  const at = resources.findIndex(({ uri }) => uri === key);
  return at === -1 ? index - 1 : at;
}

const behindResources = 1e12;

async function listTemplates(call: Call): Promise<Record<string, unknown>> {
  const { server, params } = call;
  const after = readCursor(params, "resources/templates");
  const listed: TemplateEntry[] = [];
  for (const entry of visibleOf(call, server.templates)) if (await permits(entry, {}, call)) listed.push(entry);
  const { items, nextCursor } = page(listed, "resources/templates", after, server.pageSize, ({ order }) => ({
    order,
    index: 0,
  }));
  return {
    resourceTemplates: items.map(({ resourceTemplate }) => resourceTemplate),
    ...(nextCursor === undefined ? {} : { nextCursor }),
  };
}

const readUri = (params: Call["params"]): string => {
  const uri = own(params, "uri");
  if (typeof uri !== "string") throw invalidParams('"uri" must be a string');
  return uri;
};

type Guarded = Pick<ResourceEntry, "permits">;

type May = boolean | Promise<boolean>;

/** Whether a caller may know of a resource or a template. A promise only where its author's word is one. */
export function permits(entry: Guarded, variables: Readonly<Record<string, unknown>>, call: Call): May {
  if (!entry.permits) return true;
  const may = entry.permits(new Context(call), variables);
  return typeof may === "boolean" ? may : Promise.resolve(may).then((word) => word === true);
}

/**
 * Whether a caller may know of what is behind a URI; of what nobody registered, everybody may.
 * 2026-07-28/server/resources#security-considerations/2, /4.
 */
export function permitted(call: Call, uri: string): May {
  const { server } = call;
  const entry = server.resources.get(uri);
  if (entry) return permits(entry, {}, call);
  const words: May[] = [];
  for (const one of server.templates) {
    const variables = one.template.match(uri, { unconfined: one.unconfined });
    if (variables) words.push(permits(one, variables, call));
  }
  if (words.length === 0 || words.includes(true)) return true;
  return words.every((may) => may === false) ? false : Promise.all(words).then((all) => all.includes(true));
}

/** Page: `2026-07-28/server/resources#reading-resources`, `#error-handling`. */
async function readResource(call: Call): Promise<Record<string, unknown>> {
  const uri = readUri(call.params);
  const found = await readContents(call, uri);
  if (!found) throw resourceNotFound(uri);
  if (found instanceof OwnResult) return found.toResult(call);
  call.hints = found.hints;
  return { contents: found.contents };
}

/** The contents behind a URI: a resource's own, or those of the first template that fits and knows it. */
export async function readContents(
  call: Call,
  uri: string,
): Promise<{ contents: Contents[]; hints: CacheHints | undefined } | OwnResult | undefined> {
  const { server } = call;
  const entry = server.resources.get(uri);
  if (entry) {
    if (entry.permits && !(await permits(entry, {}, call))) return undefined;
    const value = await entry.handler({}, new Context(call));
    if (value instanceof OwnResult) return value;
    return value === undefined
      ? undefined
      : { contents: toContents(value, uri, entry.resource.mimeType), hints: entry.hints };
  }
  for (const templateEntry of server.templates) {
    const { template, unconfined, handler, resourceTemplate, hints } = templateEntry;
    const variables = template.match(uri, { unconfined });
    if (!variables || (templateEntry.permits && !(await permits(templateEntry, variables, call)))) continue;
    const value = await handler(variables, new Context(call));
    if (value instanceof OwnResult) return value;
    if (value !== undefined) return { contents: toContents(value, uri, resourceTemplate.mimeType), hints };
  }
  return undefined;
}

/** Makes contents of what a handler returned: text, bytes, or contents with whatever they leave out filled in. */
function toContents(value: unknown, uri: string, mimeType: string | undefined): Contents[] {
  if (Array.isArray(value)) return value.map((item) => oneContents(item, uri, mimeType));
  return [oneContents(value, uri, mimeType)];
}

function oneContents(value: unknown, uri: string, mimeType: string | undefined): Contents {
  const type = (fallback: string) => ({ mimeType: mimeType ?? fallback });
  if (typeof value === "string") return { uri, ...type("text/plain"), text: value };
  if (value instanceof Uint8Array) return { uri, ...type("application/octet-stream"), blob: encodeBase64(value) };
  if (isObject(value)) {
    const { text, blob } = value as { text?: unknown; blob?: unknown };
    const shared = { uri, ...(mimeType === undefined ? {} : { mimeType }), ...value };
    if (typeof text === "string") return shared as TextResourceContents;
    if (blob instanceof Uint8Array) return { ...shared, blob: encodeBase64(blob) };
    if (typeof blob === "string") return shared as unknown as BlobResourceContents;
  }
  throw new TypeError(`Resource "${uri}": the handler must return text, bytes, or contents with "text" or "blob"`);
}

/** Does something with a URI that the caller may know of, at once where that is known at once. */
function withPermission(call: Call, act: (call: Call, uri: string, may: boolean) => Result): Result | Promise<Result> {
  const uri = readUri(call.params);
  const may = permitted(call, uri);
  return typeof may === "boolean" ? act(call, uri, may) : may.then((word) => act(call, uri, word));
}

type Result = Record<string, unknown>;

/** Page: `2025-11-25/server/resources#subscriptions`; modern clients listen instead. */
const subscribe = (call: Call) =>
  withPermission(call, ({ peer, server }, uri, may) => {
    if (!may) throw resourceNotFound(uri);
    if (!peer.session) return {};
    const watched = (peer.session.watched ??= new Set());
    if (!watched.has(uri) && watched.size >= server.limits.maxWatchedUris) {
      throw invalidParams(`More than ${server.limits.maxWatchedUris} resources are subscribed to`);
    }
    watched.add(uri);
    return {};
  });

/** Asks for permission too, so that it does not overtake what it takes back. */
const unsubscribe = (call: Call) =>
  withPermission(call, ({ peer }, uri) => {
    peer.session?.watched?.delete(uri);
    return {};
  });

/** Reads a resource for a handler. Throws {@link resourceNotFound} for one that does not exist. */
async function read(call: Call, uri: string): Promise<Contents[]> {
  const found = await readContents(call, uri);
  if (!found) throw resourceNotFound(uri);
  if (found instanceof OwnResult)
    throw new TypeError(`Resource "${uri}" asks the client by inputRequired; only a client can read it`);
  return found.contents;
}

const reading = { permits, permitted, read };
/** What other features ask of resources. */
export type Reading = typeof reading;

/** Resources and their templates. Page: `2026-07-28/server/resources`. */
export const resources: Feature<"resource", "readResource"> = {
  name: "resources",
  limits: { maxWatchedUris: 1000 },
  handlers: {
    "resources/list": listResources,
    "resources/templates/list": listTemplates,
    "resources/read": readResource,
    "resources/subscribe": subscribe,
    "resources/unsubscribe": unsubscribe,
  },
  install(server, options) {
    const fixed = (server.resources = server.registry("resources"));
    const templates = (server.templates = server.registry("resources"));
    server.reading = reading;
    const resource = (uri: string, definition: ResourceDefinition, handler: ResourceHandler): Registration => {
      if (!isTemplate(uri))
        return fixed.add(uri, "Resource", (order) => makeResource(server as Server, uri, definition, handler, order));
      return templates.add(uri, "Resource", (order) => {
        if (definition.complete) installed(server as Server, "completion", `Resource "${uri}": complete`).used = true;
        return makeTemplate(server as Server, uri, definition, handler, order, options.templates);
      });
    };
    server.resource = resource as ResourceMethod<undefined>;
  },
  capabilities: (server) =>
    server.listed("resources", server.resources.used || server.templates.used, server.told && { subscribe: true }),
};
