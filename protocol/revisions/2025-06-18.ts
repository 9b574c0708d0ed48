import { methods, shape, type Revision } from "../revision.js";
import { revision as before } from "./2025-03-26.js";

const { shapes } = before;

/**
 * No more batches; structured content, elicitation, resource links, titles, `_meta` on more types, `lastModified`.
 * Page: `2025-06-18/changelog`.
 */
export const revision: Revision = {
  ...before,
  version: "2025-06-18",
  methods: methods(before.methods, { "elicitation/create": { from: "server" } }),
  facts: {
    ...before.facts,
    batches: false,
    versionHeader: true,
    structuredContent: "object",
    completionContext: true,
  },
  clientCapabilities: { ...(before.clientCapabilities as object), elicitation: "object" },
  implementation: { ...(before.implementation as object), title: "string" },
  questions: { ...before.questions, "elicitation/create": "ElicitRequestParams" },
  content: { ...before.content, resource_link: "ResourceLink" },
  shapes: {
    ...shapes,
    Implementation: shape(shapes.Implementation!, { title: true }),
    Tool: shape(shapes.Tool!, { title: true, outputSchema: true, _meta: true }),
    CallToolResult: shape(shapes.CallToolResult!, { structuredContent: true }),
    Resource: shape(shapes.Resource!, { title: true, _meta: true }),
    ResourceTemplate: shape(shapes.ResourceTemplate!, { title: true, _meta: true }),
    // The pages print annotations inside an embedded resource's contents, though the schema does not name them.
    ResourceContents: shape(shapes.ResourceContents!, { _meta: true, annotations: "Annotations" }),
    Prompt: shape(shapes.Prompt!, { title: true, _meta: true }),
    PromptArgument: shape(shapes.PromptArgument!, { title: true }),
    ElicitRequestParams: shape({ message: true, requestedSchema: true }),
    Annotations: shape(shapes.Annotations!, { lastModified: true }),
    TextContent: shape(shapes.TextContent!, { _meta: true }),
    ImageContent: shape(shapes.ImageContent!, { _meta: true }),
    AudioContent: shape(shapes.AudioContent!, { _meta: true }),
    EmbeddedResource: shape(shapes.EmbeddedResource!, { _meta: true }),
    ResourceLink: shape(shapes.Resource!, { type: true, title: true, _meta: true }),
  },
};
