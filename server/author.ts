import type { CallToolResult, ContentBlock } from "../protocol/types/index.js";
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
export type ToolResult = Pick<CallToolResult, "structuredContent" | "isError" | "_meta"> & {
  readonly content: readonly ContentBlock[];
};

/**
 * What a tool's handler may return: with an output schema what that describes, or a whole result. Otherwise a string,
 * content blocks, a whole result, or any JSON value; a value whose `type` is that of a content block has to be one, and
 * one with `isError` or a list of typed `content` has to be a whole result.
 */
export type ToolReturn<Output, Returned> = unknown extends Output
  ? Returned & Checked<Returned>
  : Awaitable<
      Readable<InputOf<Output>> | (ToolResult & ({ readonly structuredContent: unknown } | { readonly isError: true }))
    >;

/** The same, with nothing in it that the receiver could change: a literal of the author fits as it is. */
type Readable<T> = T extends object ? { readonly [K in keyof T]: Readable<T[K]> } : T;

/** The type itself, where nothing in it only looks like a content block; otherwise one that it does not fit. */
type Checked<R> =
  R extends PromiseLike<infer Later>
    ? Promise<Checked<Later>>
    : R extends readonly unknown[]
      ? { readonly [K in keyof R]: CheckedBlock<R[K]> }
      : R extends { readonly isError: unknown } | { readonly content: readonly { readonly type: string }[] }
        ? R extends ToolResult
          ? R
          : ToolResult
        : CheckedBlock<R>;

type CheckedBlock<R> = R extends { readonly type: infer T extends ContentBlock["type"] }
  ? R extends Extract<ContentBlock, { type: T }>
    ? R
    : Extract<ContentBlock, { type: T }>
  : R;

/** A tool without arguments gets an empty object. */
export type ToolArguments<Input> = unknown extends Input ? Record<string, never> : InputOf<Input>;

export type ToolMethod<State, Ctx = Context<State>> = <
  const Input extends AnySchema | unknown = unknown,
  const Output extends AnySchema | unknown = unknown,
  const Returned = unknown,
>(
  name: string,
  definition: Omit<ToolDefinition, "input" | "output"> & {
    readonly input?: Input & AnySchema;
    readonly output?: Output & AnySchema;
  },
  handler: (args: ToolArguments<Input>, ctx: Ctx) => ToolReturn<Output, Returned>,
) => Registration;

/** Contents as a resource's handler may give them: the URI and the MIME type are filled in where left out. */
export type ResourceContent =
  string | Uint8Array | (Partial<Contents> & ({ readonly text: string } | { readonly blob: string | Uint8Array }));

export type ResourceMethod<State, Ctx = Context<State>> = <const Uri extends string>(
  uri: Uri,
  definition: ResourceDefinition,
  handler: (
    variables: TemplateVariables<Uri>,
    ctx: Ctx,
  ) => Awaitable<ResourceContent | readonly ResourceContent[] | undefined>,
) => Registration;

type Arguments = Readonly<Record<string, ArgumentDefinition>>;

/** Required arguments are strings, the others may be missing. */
export type PromptArguments<A> = unknown extends A
  ? Readonly<Record<string, string>>
  : { readonly [K in keyof A]: A[K] extends { readonly required: true } ? string : string | undefined };

export type PromptMethod<State, Ctx = Context<State>> = <const A extends Arguments | unknown = unknown>(
  name: string,
  definition: Omit<PromptDefinition, "arguments"> & { readonly arguments?: A & Arguments },
  handler: (args: PromptArguments<A>, ctx: Ctx) => Awaitable<PromptReturn>,
) => Registration;
