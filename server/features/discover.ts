import type { Handlers } from "../call.js";

/** What a modern client may ask before anything else. Page: `2026-07-28/server/discover`. */
export const discover: Handlers = {
  "server/discover": ({ server }) => {
    const { instructions } = server.info;
    return {
      supportedVersions: [...server.revisions.modernVersions],
      capabilities: server.capabilities(),
      ...(instructions === undefined ? {} : { instructions }),
    };
  },
};
