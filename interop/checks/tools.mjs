// @ts-check
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { facts, failure, isModern, pages, texts, tools } from "./expectations.mjs";

export const toolChecks = [
  {
    name: "list tools",
    async run({ client }) {
      const items = await pages((params) => client.listTools(params), "tools");
      // Other clients may have made it grow, at its end.
      deepEqual(
        items.slice(0, tools.length).map(({ name }) => name),
        tools,
      );
      equal(new Set(items.map(({ name }) => name)).size, items.length, "a tool came twice");
      const add = items.find(({ name }) => name === "add");
      equal(add.description, "Adds two numbers.");
      deepEqual(add.inputSchema.required, ["a", "b"]);
    },
  },
  {
    name: "call",
    async run(link) {
      const result = await link.call({ name: "add", arguments: { a: 2, b: 3 } });
      ok(!result.isError);
      deepEqual(
        texts(result).map((text) => JSON.parse(text)),
        [{ sum: 5 }],
      );
      deepEqual(result.structuredContent, facts(link).structured ? { sum: 5 } : undefined);
    },
  },
  {
    name: "kinds of content",
    async run(link) {
      const { content } = await link.call({ name: "show", arguments: {} });
      deepEqual(
        content.map(({ type }) => type),
        facts(link).kinds,
      );
      equal(content[1].data, "AQID");
      equal(content[4].resource.text, "embedded");
    },
  },
  {
    name: "calls at once",
    async run(link) {
      const sums = await Promise.all([1, 2, 3, 4, 5].map((a) => link.call({ name: "add", arguments: { a, b: 10 } })));
      deepEqual(
        sums.map((result) => JSON.parse(texts(result)[0]).sum),
        [11, 12, 13, 14, 15],
      );
    },
  },
  {
    name: "progress",
    async run(link) {
      const call = randomUUID();
      const steps = [];
      // The call ends only when its progress has come: it was not kept until the response. (These clients lose progress
      // that they read together with the response: typescript-sdk issue 2580.)
      const onprogress = (step) => {
        if (steps.push(step) === 3) void link.call({ name: "release", arguments: { call } });
      };
      deepEqual(texts(await link.call({ name: "count", arguments: { call } }, { onprogress })), ["counted"]);
      deepEqual(
        steps,
        [1, 2, 3].map((progress) => ({
          progress,
          total: 3,
          ...(facts(link).words ? { message: `step ${progress}` } : {}),
        })),
      );
    },
  },
  {
    name: "log",
    async run(link) {
      const heard = await logsAt(link, "debug");
      deepEqual(
        heard,
        ["debug", "info", "error"].map((level, at) => ({ level, logger: "counter", data: { at: at + 1 } })),
      );
    },
  },
  {
    name: "log level",
    run: async (link) =>
      deepEqual(
        (await logsAt(link, "warning")).map(({ level }) => level),
        ["error"],
      ),
  },
  {
    name: "cancel",
    async run(link) {
      const call = randomUUID();
      const abort = new AbortController();
      const error = await failure(
        link.call(
          { name: "slow", arguments: { call } },
          { signal: abort.signal, onprogress: () => abort.abort("enough") },
        ),
      );
      match(String(error), /enough|abort/i);
      // Answered only once the call has ended.
      const { contents } = await link.client.readResource({ uri: `test://cancelled/${call}` });
      equal(contents[0].text, "cancelled");
    },
  },
  {
    name: "tool error",
    async run(link) {
      const result = await link.call({ name: "fail", arguments: {} });
      equal(result.isError, true);
      deepEqual(texts(result), ["it broke"]);
    },
  },
  {
    name: "bad argument",
    async run(link) {
      const answer = link.call({ name: "add", arguments: { a: "two", b: 3 } });
      if (facts(link).argumentsAreResults) {
        const result = await answer;
        equal(result.isError, true);
        match(texts(result)[0], /\ba\b/);
      } else {
        const error = await failure(answer);
        equal(error.code, -32602);
        match(error.message, /\ba\b/);
      }
    },
  },
  {
    name: "unknown tool",
    async run(link) {
      const error = await failure(link.call({ name: "nothing", arguments: {} }));
      equal(error.code, -32602);
      match(error.message, /nothing/);
    },
  },
];

/** The log messages of a call that sends one of each of three levels. */
async function logsAt(link, level) {
  const before = link.logs.all.length;
  const params = { name: "count", arguments: {} };
  if (isModern(link)) params._meta = { "io.modelcontextprotocol/logLevel": level };
  else await link.client.setLoggingLevel(level);
  await link.call(params);
  // They come before the response, so all of them are here.
  return link.logs.all.slice(before).map(({ level, logger, data }) => ({ level, logger, data }));
}
