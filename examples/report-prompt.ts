// A prompt with arguments, one of which clients can complete.
import { createServer, text } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

const formats = ["markdown", "html", "plain text"];
const server = createServer({ name: "report-prompt", version: "1.0.0" });

server.prompt(
  "generate_report",
  {
    title: "Generate a report",
    description: "Asks for a report on a topic.",
    arguments: {
      topic: { description: "What the report is about", required: true },
      format: { description: `One of: ${formats.join(", ")}`, complete: formats },
      words: { description: "The length, in words" },
    },
  },
  // `topic` is a string, the others may be undefined.
  ({ topic, format = "markdown", words }) => {
    const length = words === undefined ? "" : ` of about ${words} words`;
    return [
      { role: "user", content: text(`Write a report on ${topic}${length}.`) },
      { role: "assistant", content: text(`Here is the report, as ${format}:`) },
    ];
  },
);

await serveStdio(server);
