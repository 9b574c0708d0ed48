import { shape, type Revision } from "../revision.js";
import { revision as before } from "./2024-11-05.js";

/**
 * Streamable HTTP with streams that can be resumed, batches, audio, tool annotations, a message beside progress, and a
 * capability for completions.
 * Page: `2025-03-26/changelog`.
 */
export const revision: Revision = {
  ...before,
  version: "2025-03-26",
  facts: { ...before.facts, batches: true, resumable: true },
  sampledContent: { ...before.sampledContent, audio: "AudioContent" },
  content: { ...before.content, audio: "AudioContent" },
  shapes: {
    ...before.shapes,
    ServerCapabilities: shape(before.shapes.ServerCapabilities!, { completions: true }),
    Tool: shape(before.shapes.Tool!, { annotations: "ToolAnnotations" }),
    ToolAnnotations: shape({
      title: true,
      readOnlyHint: true,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: true,
    }),
    AudioContent: shape({ type: true, data: true, mimeType: true, annotations: "Annotations" }),
    ProgressNotificationParams: shape(before.shapes.ProgressNotificationParams!, { message: true }),
  },
};
