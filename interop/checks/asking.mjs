// @ts-check
import { deepEqual } from "node:assert/strict";
import { facts, texts } from "./expectations.mjs";

export const asking = {
  name: "asked by the server",
  async run(link) {
    const name = facts(link).forms ? "Ada" : "somebody";
    deepEqual(texts(await link.call({ name: "survey", arguments: {} })), [`${name}; m-1: fine; file:///work`]);
    deepEqual(link.asked.all.toSorted(), [
      ...(facts(link).forms ? ["elicitation/create"] : []),
      "roots/list",
      "sampling/createMessage",
    ]);
  },
};
