import type { MetaObject, Tool } from "../../protocol/types/index.js";
import { UriTemplate } from "../../protocol/uri-template.js";
import type { Context } from "../context.js";
import type { Completer, Completers } from "../features/completion.js";
import type { PromptEntry } from "../features/prompts.js";
import type { ListedResource, Permits, ResourceEntry, TemplateEntry } from "../features/resources.js";
import { isThenable, type ToolEntry } from "../features/tools.js";
import type { Source } from "./joined.js";
import { promptValue, resourceValue, toolMeta, toolValue } from "./links.js";
import type { Mount } from "./mount.js";

// What a mounted server has registered as it stands outside: under another name, with handlers that see their own
// server. What says who may stays as it is.

/** Changes what a handler gives, whenever it gives it. */
const then = (value: unknown, change: (value: unknown) => unknown): unknown =>
  isThenable(value) ? value.then(change) : change(value);

export const toolsOf = (mount: Mount): Source<ToolEntry> => ({
  get registry() {
    return mount.inner.tools;
  },
  keyOf: ({ name }) => name,
  named: mount.named,
  mounted(entry, order) {
    const { inner, outer } = mount;
    const { handler, input } = entry;
    const name = mount.named(entry.name);
    const listed = outer.weakHosts?.listed(entry.tool.inputSchema) as Tool["inputSchema"] | undefined;
    const mounted: ToolEntry = {
      ...entry,
      order,
      name,
      // Looked at when it is listed: the resource that it names may come later than the tool.
      get tool() {
        const { tool } = entry;
        const { _meta } = tool;
        return {
          ...tool,
          name,
          ...(listed === undefined ? {} : { inputSchema: listed }),
          ...(_meta === undefined ? {} : { _meta: toolMeta(mount, _meta) as MetaObject }),
        };
      },
      input: inner.weakHosts ? { ...input, check: (args) => inner.weakHosts!.check(entry, args) } : input,
      handler: (args, ctx) =>
        then(
          mount.run(
            `tool ${entry.name}`,
            () => handler(args, mount.context(ctx)),
            () => new Error(`Tool "${name}" failed`),
          ),
          (value) => toolValue(mount, value, entry.output !== undefined),
        ),
    };
    mount.entries.add(mounted);
    return mounted;
  },
});

export const promptsOf = (mount: Mount): Source<PromptEntry> => ({
  get registry() {
    return mount.inner.prompts;
  },
  keyOf: ({ prompt }) => prompt.name,
  named: mount.named,
  mounted(entry, order) {
    const { prompt, handler, complete } = entry;
    const mounted: PromptEntry = {
      ...entry,
      order,
      prompt: { ...prompt, name: mount.named(prompt.name) },
      complete: completersOf(mount, complete),
      handler: (args, ctx) =>
        then(
          mount.run(`prompt ${prompt.name}`, () => handler(args, mount.context(ctx))),
          (value) => promptValue(mount, value),
        ),
    };
    mount.entries.add(mounted);
    return mounted;
  },
});

export const resourcesOf = (mount: Mount): Source<ResourceEntry> => ({
  get registry() {
    return mount.inner.resources;
  },
  keyOf: ({ resource }) => resource.uri,
  named: mount.uri,
  mounted(entry, order) {
    const { resource } = entry;
    const uri = mount.uri(resource.uri);
    const mounted: ResourceEntry = {
      ...entry,
      ...guarded(mount, entry),
      order,
      resource: { ...resource, uri, name: nameOf(mount, resource.name, resource.uri) },
    };
    mount.entries.add(mounted);
    return mounted;
  },
});

export const templatesOf = (mount: Mount): Source<TemplateEntry> => ({
  get registry() {
    return mount.inner.templates;
  },
  keyOf: ({ resourceTemplate }) => resourceTemplate.uriTemplate,
  named: mount.uri,
  mounted(entry, order) {
    const { resourceTemplate, list, complete } = entry;
    const inner = resourceTemplate.uriTemplate;
    const uriTemplate = mount.uri(inner);
    const mounted: TemplateEntry = {
      ...entry,
      ...guarded(mount, entry),
      order,
      template: new UriTemplate(uriTemplate, mount.inner.options.templates),
      resourceTemplate: { ...resourceTemplate, uriTemplate, name: nameOf(mount, resourceTemplate.name, inner) },
      list:
        list &&
        (async (ctx: Context) => {
          const listed = await mount.run(ctx.method, () => list(mount.context(ctx)));
          // What is no list is told of where lists are read.
          return Array.isArray(listed) ? listed.map((one) => listedOutside(mount, one as ListedResource)) : listed;
        }),
      complete: complete && completersOf(mount, complete),
    };
    mount.entries.add(mounted);
    return mounted;
  },
});

const listedOutside = (mount: Mount, resource: ListedResource): ListedResource =>
  typeof resource?.uri === "string"
    ? {
        ...resource,
        uri: mount.link(resource.uri),
        ...(resource.name === undefined ? {} : { name: nameOf(mount, resource.name, resource.uri) }),
      }
    : resource;

/** The name of a resource: where nobody gave it one, its URI. */
const nameOf = (mount: Mount, name: string, uri: string): string =>
  name === uri ? mount.link(uri) : mount.named(name);

/** What resources and templates have in common. */
function guarded(
  mount: Mount,
  { handler, permits, hints }: ResourceEntry | TemplateEntry,
): Pick<ResourceEntry, "handler" | "permits" | "hints"> {
  const may: Permits | undefined =
    permits && ((ctx, variables) => mount.run(ctx.method, () => permits(mount.context(ctx), variables)));
  return {
    // What its own server says of how long contents hold is nearer than what the outer one says.
    hints: hints ?? mount.inner.cacheOf?.("resources/read"),
    permits: may,
    handler: (variables, ctx) =>
      then(
        mount.run("a resource", () => handler(variables, mount.context(ctx))),
        (value) => resourceValue(mount, value),
      ),
  };
}

const completersOf = (mount: Mount, completers: Completers): Completers =>
  Object.fromEntries(
    Object.entries(completers).map(([name, completer]): [string, Completer] => [
      name,
      typeof completer === "function"
        ? (value, known, ctx) => mount.run(ctx.method, () => completer(value, known, mount.context(ctx)))
        : completer,
    ]),
  );
