// @ts-check
import { deepEqual, equal } from "node:assert/strict";
import { failure, pages } from "./expectations.mjs";

export const prompts = [
  {
    name: "list prompts",
    async run({ client }) {
      const items = await pages((params) => client.listPrompts(params), "prompts");
      deepEqual(
        items.map(({ name }) => name),
        ["review"],
      );
      deepEqual(
        items[0].arguments.map(({ name, required }) => [name, required ?? false]),
        [
          ["language", true],
          ["library", false],
        ],
      );
    },
  },
  {
    name: "prompt",
    async run({ client }) {
      const { messages } = await client.getPrompt({
        name: "review",
        arguments: { language: "python", library: "pytest" },
      });
      deepEqual(messages, [{ role: "user", content: { type: "text", text: "Review this python with pytest." } }]);
    },
  },
  {
    name: "prompt without its argument",
    run: async ({ client }) => equal((await failure(client.getPrompt({ name: "review", arguments: {} }))).code, -32602),
  },
  {
    name: "complete for a prompt",
    async run({ client }) {
      const ref = { type: "ref/prompt", name: "review" };
      const { completion } = await client.complete({ ref, argument: { name: "language", value: "py" } });
      deepEqual(completion.values, ["python"]);
    },
  },
  {
    name: "complete with what is known",
    lacks: (link) =>
      ["2024-11-05", "2025-03-26"].includes(link.subject.revision) &&
      `${link.subject.revision} has no context in completion/complete`,
    async run({ client }) {
      const ref = { type: "ref/prompt", name: "review" };
      const context = { arguments: { language: "javascript" } };
      const { completion } = await client.complete({ ref, argument: { name: "library", value: "u" }, context });
      deepEqual(completion.values, ["uvu", "undici"]);
    },
  },
  {
    name: "complete for a template",
    async run({ client }) {
      const ref = { type: "ref/resource", uri: "test://weather/{city}" };
      const { completion } = await client.complete({ ref, argument: { name: "city", value: "ber" } });
      deepEqual(completion.values, ["Berlin", "Bern"]);
    },
  },
];
