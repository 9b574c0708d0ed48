import type { Endpoint } from "../../protocol/endpoint.js";
import type { Extension, ExtensionRule, SubscriptionKind } from "../extensions/extension.js";
import { tasksExtensionId } from "../extensions/tasks/identifier.js";
import { installed, type Feature, type Installing } from "../feature.js";
import { innermost, type Middleware } from "../middleware.js";
import { callBehind } from "../context.js";
import type { Registry } from "../registry.js";
import { Server } from "../server.js";
import { promptsOf, resourcesOf, templatesOf, toolsOf } from "./entries.js";
import { Joined, type Source } from "./joined.js";
import { Mount } from "./mount.js";

/** What a server can only bring along where the outer one has it too. */
const parts = [
  "tools",
  "resources",
  "prompts",
  "completion",
  "logging",
  "progress",
  "changes",
  "asking",
  "extensions",
  "tasks",
  "middleware",
  "rights",
  "metadata",
  "paramHeaders",
] as const;

const prefixes = /^[A-Za-z0-9._-]+$/;

/** Whether a server is another one, or has it mounted somewhere inside. */
const holds = (server: Server, other: Server): boolean =>
  server === other || (server.mounted ?? []).some((one) => holds(one, other));

/** Has a function do something more behind what it did, even where that threw: each server looks after itself. */
const andThen =
  <Args extends unknown[]>(first: ((...args: Args) => void) | undefined, then: (...args: Args) => void) =>
  (...args: Args): void => {
    try {
      first?.(...args);
    } finally {
      then(...args);
    }
  };

interface Shelf {
  readonly part: "tools" | "prompts" | "resources" | "templates";
  readonly registry: Joined<never>;
  readonly sourceOf: (mount: Mount) => Source<never>;
}

/** Gives a server in which nothing was mounted yet registries for what is going to be. */
function shelves(server: Server): readonly Shelf[] {
  const all: Shelf[] = [];
  const add = (part: Shelf["part"], what: string, sourceOf: unknown) => {
    if (!server[part]) return;
    const registry = new Joined<never>(server[part] as Registry<never>, what);
    (server as unknown as Record<string, unknown>)[part] = registry;
    all.push({ part, registry, sourceOf: sourceOf as Shelf["sourceOf"] });
  };
  add("tools", "Tool", toolsOf);
  add("prompts", "Prompt", promptsOf);
  add("resources", "Resource", resourcesOf);
  add("templates", "Resource", templatesOf);
  return all;
}

/** Extensions of a mounted server, with handlers that see their own server. */
function extensionOf(mount: Mount, inner: Extension): Extension {
  const methods = new Map<string, ExtensionRule>();
  const subscriptions = new Map<string, SubscriptionKind>();
  const extension: Extension = { ...inner, methods, subscriptions };
  mount.extensions.set(extension, inner);
  for (const [name, rule] of inner.methods)
    methods.set(name, { ...rule, extension, serve: (call) => mount.run(name, () => rule.serve(mount.call(call))) });
  for (const [member, { accept, listen }] of inner.subscriptions)
    subscriptions.set(member, {
      accept: (wanted, call) => mount.run(call.method, () => accept(wanted, mount.call(call))),
      listen: (agreed, send, call) => listen(agreed, send, mount.call(call)),
    });
  return extension;
}

/** Brings to the outer server what else the inner one offers; `taken` are the extensions that it has brought. */
function bring(mount: Mount, taken: Set<Extension>): void {
  const { outer, inner } = mount;
  if (inner.completion?.used) outer.completion.used = true;
  for (const extension of inner.extensions ?? []) {
    if (taken.has(extension)) continue;
    taken.add(extension);
    if (extension.id === tasksExtensionId) outer.tasks.use();
    else if (isNew(outer, extension)) outer.extensions.add(extensionOf(mount, extension));
  }
}

/** Whether an extension is more than one that the server has already and that only says so. */
const isNew = ({ extensions }: Server, { id, methods, resultTypes, subscriptions }: Extension): boolean =>
  !extensions.has(id) || methods.size + resultTypes.length + subscriptions.size > 0;

/** The server that may be mounted in another one. Throws a TypeError that tells why it may not. */
function admitted(outer: Server, prefix: string, other: Endpoint): Server {
  if (typeof prefix !== "string" || !prefixes.test(prefix))
    throw new TypeError(`mount: the prefix must be letters, digits, ".", "_" and "-", got ${JSON.stringify(prefix)}`);
  const where = `mount "${prefix}"`;
  if (!(other instanceof Server)) throw new TypeError(`${where}: what createServer returns is expected`);
  const inner = other as Server;
  if (holds(inner, outer)) throw new TypeError(`${where}: a server cannot be mounted in itself`);
  for (const part of parts) if (inner[part] !== undefined) installed(outer, part, where);
  return inner;
}

function mountIn(outer: Server, shelved: readonly Shelf[], prefix: string, inner: Server): Mount {
  const mount = new Mount(outer, inner, prefix);
  const filled = shelved.filter(({ part }) => inner[part]);
  for (const { registry, sourceOf } of filled) registry.admit(sourceOf(mount));
  for (const extension of inner.extensions ?? [])
    if (extension.id !== tasksExtensionId && isNew(outer, extension)) outer.extensions.checkFree(extension);
  const taken = new Set<Extension>();
  bring(mount, taken);
  for (const { registry, sourceOf } of filled) registry.join(sourceOf(mount));
  stand(mount);

  // What the inner server registers and tells from here on is there and told outside in the same turn.
  const open: Installing = inner;
  open.offersChanged = andThen(
    inner.offersChanged.bind(inner),
    andThen(
      () => bring(mount, taken),
      () => outer.offersChanged(),
    ),
  );
  open.changed = andThen(inner.changed, (list) => outer.changed?.(list));
  open.updated = andThen(inner.updated, (uri) => outer.updated?.(mount.link(uri)));
  if (inner.elicitationCompleted)
    open.elicitationCompleted = andThen(inner.elicitationCompleted, (id) => outer.elicitationCompleted(id));

  outer.offersChanged();
  const changed = filled
    .filter(({ part }) => inner[part].used)
    .map(({ part }) => (part === "templates" ? "resources" : part));
  for (const list of new Set(changed)) outer.changed?.(list);
  return mount;
}

/** Has what stands around the inner server's requests stand around those that come from outside, if there is such. */
function stand(mount: Mount): void {
  const { inner, outer } = mount;
  if (!inner.middleware) return;
  const around: Middleware = (ctx, next) => {
    const call = callBehind(ctx);
    const params = mount.paramsOf(call);
    if (!params) return next();
    return mount.run(call.method, () => inner.through(inner.middleware, mount.call(call, params), next)) as Promise<
      Record<string, unknown>
    >;
  };
  innermost.add(around);
  let stands = false;
  const put = () => {
    if (!stands && inner.middleware.length > 0) outer.use(around);
    stands ||= inner.middleware.length > 0;
  };
  const use = inner.use;
  (inner as Installing).use = (middleware) => {
    const remove = use(middleware);
    put();
    return remove;
  };
  put();
}

/** Servers inside other servers. */
export const mounts: Feature<"mount"> = {
  name: "mounts",
  install(installing) {
    const server = installing as Server;
    const mounted: Server[] = [];
    const all: Mount[] = [];
    let shelved: readonly Shelf[] | undefined;
    installing.mounted = mounted;
    // Before any server can have this one mounted: that looks at what this one has seen.
    installing.offersChanged = andThen(server.offersChanged.bind(server), () => {
      for (const { registry } of shelved ?? []) registry.look();
    });
    const close = server.close.bind(server);
    // What is still served may need them.
    installing.close = async () => {
      try {
        await close();
      } finally {
        await Promise.all(all.map((mount) => mount.down()));
      }
    };
    installing.mount = (prefix, other) => {
      const inner = admitted(server, prefix, other);
      shelved ??= shelves(server);
      all.push(mountIn(server, shelved, prefix, inner));
      mounted.push(inner);
    };
  },
};
