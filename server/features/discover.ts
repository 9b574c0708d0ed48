import { given } from "../../protocol/given.js";
import type { Handlers } from "../call.js";

/** What a modern client may ask before anything else. Page: `2026-07-28/server/discover`. */
export const discover: Handlers = {
  "server/discover": ({ server }) =>
    given({
      supportedVersions: [...server.revisions.modernVersions],
      capabilities: server.capabilities(),
      instructions: server.info.instructions,
    }),
};
