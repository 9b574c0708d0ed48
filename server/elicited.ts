import type { PrimitiveSchemaDefinition } from "../protocol/types/index.js";

/**
 * The schema of a form: flat, of texts, numbers, booleans and choices. Page:
 * `2026-07-28/client/elicitation#requested-schema`.
 */
export interface FormSchema {
  readonly type: "object";
  readonly properties: { readonly [name: string]: DeepReadonly<PrimitiveSchemaDefinition> };
  readonly required?: readonly string[];
}

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A question that may take long. */
export interface AtLeisure {
  /**
   * Lets the client make a task of the question, which is polled, so that no request stays open for as long as a person
   * thinks; `ttl` is how long it shall keep it, in milliseconds. Clients that have no such tasks, and those of other
   * revisions than 2025-11-25, are asked as always. Page: `2025-11-25/basic/utilities/tasks`.
   */
  readonly task?: { readonly ttl?: number };
}

/** A form to fill in. Never ask for passwords, keys or payment data by a form: send the user to a page for those. */
export interface FormQuestion<Form extends FormSchema> extends AtLeisure {
  readonly message: string;
  readonly schema: Form;
}

/** A page to visit. What the user does there does not pass through the client. */
export interface PageQuestion extends AtLeisure {
  readonly message: string;
  /** The page's URL, or a function that makes it of an id which stays the same in every round. */
  readonly url: string | ((elicitationId: string) => string);
}

/** What the user did with a question. */
export type Elicited<Content> =
  | { readonly action: "accept"; readonly content: Content }
  | { readonly action: "decline"; readonly content?: undefined }
  | { readonly action: "cancel"; readonly content?: undefined };
