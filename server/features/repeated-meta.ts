import { RepeatedMeta } from "../../protocol/repeated-meta.js";
import type { Feature } from "../feature.js";

/** What each request of a client repeats is read once. */
export const repeatedMeta: Feature = {
  name: "repeatedMeta",
  install(server) {
    const repeated = new RepeatedMeta(server.limits.maxDepth);
    server.parse = (text) => repeated.parse(text);
  },
};
