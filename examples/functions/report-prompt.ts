// A prompt with arguments. Clients complete the one whose type lists its values.
import { text, type PromptReturn } from "barewire";

interface Report {
  /** What the report is about */
  topic: string;
  format?: "markdown" | "html" | "plain text";
  /** The length, in words */
  words?: number;
}

/** Asks for a report on a topic.
 *  @prompt
 *  @name generate_report
 *  @title Generate a report */
export function generateReport({ topic, format = "markdown", words }: Report): PromptReturn {
  const length = words === undefined ? "" : ` of about ${words} words`;
  return [
    { role: "user", content: text(`Write a report on ${topic}${length}.`) },
    { role: "assistant", content: text(`Here is the report, as ${format}:`) },
  ];
}
