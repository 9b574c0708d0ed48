import type { CallToolResult, ContentBlock, GetPromptResult } from "../protocol/types/index.js";
import { own } from "../protocol/jsonrpc.js";
import type { Blob } from "./terminal/saved.js";
import { printable } from "./terminal/text.js";

/** A result as a person reads it: its text, and what is none. */
export interface Readable {
  readonly text: string;
  readonly blobs: readonly Blob[];
}

/** Whoever pipes the output wants it as it is; a terminal must not be steered by it. */
export const shown = (text: string, terminal = process.stdout.isTTY): string => (terminal ? printable(text) : text);

export const line = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function readBlock(block: ContentBlock, blobs: Blob[]): string {
  switch (block.type) {
    case "text":
      return line(block.text);
    case "image":
    case "audio":
      blobs.push({ data: block.data, mimeType: block.mimeType });
      return "";
    case "resource_link":
      return `${block.uri}\n`;
    case "resource": {
      const text = own(block.resource, "text");
      if (typeof text === "string") return line(text);
      const data = own(block.resource, "blob");
      if (typeof data === "string") blobs.push({ data, mimeType: block.resource.mimeType });
      return "";
    }
    default:
      return json(block);
  }
}

/** What a tool gave; structured content where it has no other form. */
export function readResult({ content, structuredContent }: CallToolResult): Readable {
  const blobs: Blob[] = [];
  const text = content.map((block) => readBlock(block, blobs)).join("");
  if (content.length === 0 && structuredContent !== undefined) return { text: json(structuredContent), blobs };
  return { text, blobs };
}

/** The messages of a prompt, each behind its role. */
export function readPrompt({ messages }: GetPromptResult): Readable {
  const blobs: Blob[] = [];
  const text = messages.map(({ role, content }) => {
    const many = blobs.length;
    const said = readBlock(content, blobs);
    return `${role}: ${said === "" && blobs.length > many ? `(${content.type})\n` : said}`;
  });
  return { text: text.join(""), blobs };
}
