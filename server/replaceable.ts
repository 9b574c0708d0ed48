import type { Middleware } from "./middleware.js";
import type { Registry, Entry } from "./registry.js";
import type { Change, ListKind } from "./changes.js";
import type { Installing } from "./feature.js";
import { everything } from "./features/index.js";
import { Server, type ServerOptions } from "./server.js";

/** A server for as long as a program runs, whose registrations are those of another and can be replaced. */
export interface ReplaceableServer {
  /** What transports serve: connections, sessions and questions in flight are its own, and stay. */
  readonly server: Server;
  /**
   * Registers what `next` has registered, in the place of all that was there, and tells clients of the lists that are
   * others now. Brings up the `lifespan` of `next` and takes the last one down. Rejects, with all as it was, where that
   * cannot start. Calls in flight end with the handlers that they began with. What stays as it was at first are the
   * server's name and instructions, and its options.
   */
  replace(next: Server): Promise<void>;
}

/** Makes a server of what `first` is and has registered; `around` stands around every request, whatever is replaced. */
export function replaceable(first: Server, around: readonly Middleware[] = []): ReplaceableServer {
  let current = first;
  let stop: (() => void | Promise<void>) | undefined;
  let forwarding = () => {};
  const lists: readonly ListKind[] = ["tools", "prompts", "resources"];
  const options: ServerOptions = {
    ...first.options,
    offers: lists,
    lifespan: async () => {
      const up = await current.options.lifespan?.();
      stop = up?.stop;
      return { state: up?.state as undefined, stop: () => down(current) };
    },
  };
  const server = new Server(first.info, options, everything);
  // A later version may have something to complete, and a session is told once what there is.
  server.completion.used = true;

  /** Stops the `lifespan` of a version, and those of the servers that are mounted in it. */
  const down = async (version: Server, last = stop): Promise<void> => {
    await last?.();
    await version.close();
  };

  const take = (next: Server): void => {
    const before = listed(server);
    server.tools = next.tools;
    server.prompts = next.prompts;
    server.resources = next.resources;
    server.templates = next.templates;
    server.extensions = next.extensions;
    server.middleware = [...around, ...next.middleware];
    server.offersChanged();
    forwarding();
    // What its own code registers and tells later is told here.
    const tell = (change: Change) => {
      if ("list" in change) server.offersChanged();
      server.changes.publish(change);
    };
    // Who was sent to a page, this server knows.
    (next as Installing).elicitationCompleted = server.elicitationCompleted;
    forwarding = next.changes === server.changes ? () => {} : next.changes.subscribe(tell);
    const after = listed(server);
    for (const list of lists) if (before[list] !== after[list]) server.changed(list);
  };
  take(first);

  return {
    server,
    async replace(next) {
      if (server.started) {
        const up = await next.options.lifespan?.();
        const last = stop;
        stop = up?.stop;
        server.state = up?.state;
        take(next);
        const before = current;
        current = next;
        await down(before, last);
      } else {
        take(next);
        current = next;
      }
    },
  };
}

/** What clients can see of each list, to be compared. */
function listed(server: Server): Readonly<Record<ListKind, string>> {
  const text = <E extends Entry>(registry: Registry<E>, shown: (entry: E) => unknown) =>
    JSON.stringify([...registry].map(shown));
  return {
    tools: text(server.tools, ({ tool }) => tool),
    prompts: text(server.prompts, ({ prompt }) => prompt),
    resources:
      text(server.resources, ({ resource }) => resource) +
      text(server.templates, ({ resourceTemplate }) => resourceTemplate),
  };
}
