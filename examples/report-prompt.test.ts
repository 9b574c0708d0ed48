import { test } from "uvu";
import * as assert from "uvu/assert";
import { eachWay } from "./testing/example-file.js";
import { withStdio } from "./testing/stdio-client.js";

for (const [name, revision] of eachWay("report-prompt")) {
  test(`generate_report (${name}, ${revision})`, () =>
    withStdio(name, { revision }, async (client) => {
      const { prompts } = await client.request("prompts/list");
      const shown = prompts[0].arguments.map(({ name, required = false }: any) => [name, required]);
      assert.equal(shown, [
        ["topic", true],
        ["format", false],
        ["words", false],
      ]);

      const texts = async (args: Record<string, string>) => {
        const { messages } = await client.request("prompts/get", { name: "generate_report", arguments: args });
        return messages.map(({ role, content }: any) => `${role}: ${content.text}`);
      };
      assert.equal(await texts({ topic: "wires" }), [
        "user: Write a report on wires.",
        "assistant: Here is the report, as markdown:",
      ]);
      assert.equal(await texts({ topic: "wires", format: "html", words: "200" }), [
        "user: Write a report on wires of about 200 words.",
        "assistant: Here is the report, as html:",
      ]);
      const refused = await client.refusal("prompts/get", { name: "generate_report" });
      assert.is(refused.code, -32602);
      assert.match(refused.message, /"topic"/);

      const ref = { type: "ref/prompt", name: "generate_report" };
      const argument = { name: "format", value: "p" };
      const { completion } = await client.request("completion/complete", { ref, argument });
      assert.equal(completion.values, ["plain text"]);
    }));
}

test.run();
