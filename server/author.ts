import type { CallToolResult } from "../protocol/types/index.js";
import type { TemplateVariables } from "../protocol/uri-template.js";
import type { Context } from "./context.js";
import type { ArgumentDefinition, PromptDefinition, PromptReturn } from "./features/prompts.js";
import type { Contents, ResourceDefinition } from "./features/resources.js";
import type { ToolDefinition } from "./features/tools.js";
import type { AnySchema } from "./input.js";
import type { Registration } from "./registry.js";
import type { InputOf } from "./standard-schema.js";

// How the author's methods look to the compiler: a handler's arguments have the types that the definition describes.

type Awaitable<T> = T | Promise<T>;

/** A whole result of a call: content blocks, and what goes with them. */
export type ToolResult = Pick<CallToolResult, "content" | "structuredContent" | "isError" | "_meta">;

/** What a tool's handler may return: with an output schema what that describes, otherwise a string, content blocks, or any JSON value. */
export type ToolReturn<Output> = unknown extends Output ? unknown : InputOf<Output> | ToolResult;

/** A tool without arguments gets an empty object. */
export type ToolArguments<Input> = unknown extends Input ? Record<string, never> : InputOf<Input>;

export type ToolMethod<State> = <const Input extends AnySchema | unknown = unknown, const Output extends AnySchema | unknown = unknown>(
  name: string,
  definition: Omit<ToolDefinition, "input" | "output"> & { readonly input?: Input & AnySchema; readonly output?: Output & AnySchema },
  handler: (args: ToolArguments<Input>, ctx: Context<State>) => Awaitable<ToolReturn<NoInfer<Output>>>,
) => Registration;

/** Contents as a resource's handler may give them: the URI and the MIME type are filled in where left out. */
export type ResourceContent = string | Uint8Array | (Partial<Contents> & ({ readonly text: string } | { readonly blob: string | Uint8Array }));

export type ResourceMethod<State> = <const Uri extends string>(
  uri: Uri,
  definition: ResourceDefinition,
  handler: (variables: TemplateVariables<Uri>, ctx: Context<State>) => Awaitable<ResourceContent | readonly ResourceContent[] | undefined>,
) => Registration;

type Arguments = Readonly<Record<string, ArgumentDefinition>>;

/** Required arguments are strings, the others may be missing. */
export type PromptArguments<A> = unknown extends A
  ? Readonly<Record<string, string>>
  : { readonly [K in keyof A]: A[K] extends { readonly required: true } ? string : string | undefined };

export type PromptMethod<State> = <const A extends Arguments | unknown = unknown>(
  name: string,
  definition: Omit<PromptDefinition, "arguments"> & { readonly arguments?: A & Arguments },
  handler: (args: PromptArguments<A>, ctx: Context<State>) => Awaitable<PromptReturn>,
) => Registration;
