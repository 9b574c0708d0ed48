import { Refusal } from "../../protocol/errors.js";
import { express } from "../../protocol/express.js";
import { isObject, own } from "../../protocol/jsonrpc.js";
import type { Revision } from "../../protocol/revision.js";
import type { Question } from "./question.js";

/**
 * Writes a question in the client's vocabulary: members and kinds of choice that its revision lacks are put as that
 * revision can put them, or left out. Throws an Error where the revision has no way to ask.
 */
export function expressQuestion(revision: Revision, { method, params }: Question): Question {
  const shape = revision.questions[method];
  if (shape === undefined) throw unaskable(`${method} does not exist in revision ${revision.version}`);
  if (!params) return { method };
  if (own(params, "mode") === "url" && !revision.shapes[shape]?.url) {
    throw unaskable(`Sending the user to a page does not exist in revision ${revision.version}`);
  }
  let asked: Readonly<Record<string, unknown>> = params;
  if (method === "elicitation/create" && own(params, "mode") !== "url")
    asked = { ...params, requestedSchema: expressForm(revision, own(params, "requestedSchema")) };
  if (method === "sampling/createMessage")
    asked = { ...params, messages: expressMessages(revision, own(params, "messages")) };
  return { method, params: express(revision, shape, asked) };
}

function expressForm(revision: Revision, schema: unknown): unknown {
  const properties = own(schema, "properties");
  if (revision.facts.choices === "many" || !isObject(schema) || !isObject(properties)) return schema;
  const expressed: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    if (own(property, "type") === "array")
      throw new Error(`A choice of several ("${name}") does not exist in revision ${revision.version}`);
    expressed[name] = withoutDefault(expressChoice(property));
  }
  return { ...schema, properties: expressed };
}

/** Defaults were for booleans alone. */
function withoutDefault(property: unknown): unknown {
  if (!isObject(property) || property.type === "boolean" || !Object.hasOwn(property, "default")) return property;
  const { default: _, ...rest } = property;
  return rest;
}

/** Whoever asks so can never be answered: an error of the call, not a result that a model could mend. */
const unaskable = (why: string): Refusal => new Refusal("missing_client_capability", -32600, why);

/** Choices with titles were written as two lists before they were written as `oneOf`. */
function expressChoice(property: unknown): unknown {
  const choices = own(property, "oneOf");
  if (!Array.isArray(choices) || !isObject(property)) return property;
  const { oneOf: _, ...rest } = property;
  return {
    ...rest,
    enum: choices.map((choice) => own(choice, "const")),
    enumNames: choices.map((choice) => own(choice, "title")),
  };
}

/** Before a message could hold several blocks, several blocks were several messages. */
function expressMessages(revision: Revision, messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.flatMap((message: unknown) => {
    if (!isObject(message)) return [message];
    const { content } = message;
    const express1 = (block: unknown) => expressBlock(revision, block);
    if (!Array.isArray(content))
      return [express(revision, "SamplingMessage", { ...message, content: express1(content) })];
    if (revision.facts.sampledBlocks === "many")
      return [express(revision, "SamplingMessage", { ...message, content: content.map(express1) })];
    return content.map((block: unknown) =>
      express(revision, "SamplingMessage", { ...message, content: express1(block) }),
    );
  });
}

function expressBlock(revision: Revision, block: unknown): unknown {
  if (!isObject(block)) return block;
  const type = String(block.type);
  const shape = Object.hasOwn(revision.sampledContent, type) ? revision.sampledContent[type] : undefined;
  if (shape !== undefined) return express(revision, shape, block);
  // What the revision has no kind for is told in words.
  return express(revision, "ContentBlock", block);
}
