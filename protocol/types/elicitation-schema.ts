// The few kinds of field that a form of an elicitation may have.
// https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#requested-schema

/**
 * A field for text.
 * @since 2025-06-18
 */
export interface StringSchema {
  /** The kind of value. */
  type: "string";
  /** The label that people see. */
  title?: string;
  /** What goes there, for people. */
  description?: string;
  /** The fewest characters. @schema integer */
  minLength?: number;
  /** The most characters. @schema integer */
  maxLength?: number;
  /** What the text is. */
  format?: "email" | "uri" | "date" | "date-time";
  /** What the field holds at first. @since 2025-11-25 */
  default?: string;
}

/**
 * A field for a number.
 * @since 2025-06-18
 */
export interface NumberSchema {
  /** The kind of value. */
  type: "number" | "integer";
  /** The label that people see. */
  title?: string;
  /** What goes there, for people. */
  description?: string;
  /** The least value. */
  minimum?: number;
  /** The greatest value. */
  maximum?: number;
  /** What the field holds at first. @since 2025-11-25 */
  default?: number;
}

/**
 * A field for yes or no.
 * @since 2025-06-18
 */
export interface BooleanSchema {
  /** The kind of value. */
  type: "boolean";
  /** The label that people see. */
  title?: string;
  /** What goes there, for people. */
  description?: string;
  /** What the field holds at first. */
  default?: boolean;
}

/**
 * A choice of one among values without titles.
 * @since 2025-11-25
 */
export interface UntitledSingleSelectEnumSchema {
  /** The kind of value. */
  type: "string";
  /** The label that people see. */
  title?: string;
  /** What to choose, for people. */
  description?: string;
  /** The values to choose from. */
  enum: string[];
  /** The value chosen at first. */
  default?: string;
}

/**
 * A choice of one among values with titles.
 * @since 2025-11-25
 */
export interface TitledSingleSelectEnumSchema {
  /** The kind of value. */
  type: "string";
  /** The label that people see. */
  title?: string;
  /** What to choose, for people. */
  description?: string;
  /** The values to choose from. */
  oneOf: {
    /** The value. */
    const: string;
    /** What people see of it. */
    title: string;
  }[];
  /** The value chosen at first. */
  default?: string;
}

/**
 * A choice of one.
 * @since 2025-11-25
 */
export type SingleSelectEnumSchema = UntitledSingleSelectEnumSchema | TitledSingleSelectEnumSchema;

/**
 * A choice of several among values without titles.
 * @since 2025-11-25
 */
export interface UntitledMultiSelectEnumSchema {
  /** The kind of value. */
  type: "array";
  /** The label that people see. */
  title?: string;
  /** What to choose, for people. */
  description?: string;
  /** The fewest to choose. @schema integer */
  minItems?: number;
  /** The most to choose. @schema integer */
  maxItems?: number;
  /** What each choice is. */
  items: {
    /** The kind of value of each. */
    type: "string";
    /** The values to choose from. */
    enum: string[];
  };
  /** The values chosen at first. */
  default?: string[];
}

/**
 * A choice of several among values with titles.
 * @since 2025-11-25
 */
export interface TitledMultiSelectEnumSchema {
  /** The kind of value. */
  type: "array";
  /** The label that people see. */
  title?: string;
  /** What to choose, for people. */
  description?: string;
  /** The fewest to choose. @schema integer */
  minItems?: number;
  /** The most to choose. @schema integer */
  maxItems?: number;
  /** What each choice is. */
  items: {
    /** The values to choose from. */
    anyOf: {
      /** The value. */
      const: string;
      /** What people see of it. */
      title: string;
    }[];
  };
  /** The values chosen at first. */
  default?: string[];
}

/**
 * A choice of several.
 * @since 2025-11-25
 */
export type MultiSelectEnumSchema = UntitledMultiSelectEnumSchema | TitledMultiSelectEnumSchema;

/**
 * A choice of one, whose titles stand beside the values; `TitledSingleSelectEnumSchema` takes its place.
 * @since 2025-11-25
 */
export interface LegacyTitledEnumSchema {
  /** The kind of value. */
  type: "string";
  /** The label that people see. */
  title?: string;
  /** What to choose, for people. */
  description?: string;
  /** The values to choose from. */
  enum: string[];
  /** What people see of each, in the same order. */
  enumNames?: string[];
  /** The value chosen at first. @since 2025-11-25 */
  default?: string;
}

/**
 * A choice.
 * @since 2025-06-18
 * @was 2025-06-18 LegacyTitledEnumSchema
 */
export type EnumSchema = SingleSelectEnumSchema | MultiSelectEnumSchema | LegacyTitledEnumSchema;

/**
 * A field of a form.
 * @since 2025-06-18
 * @was 2025-06-18 StringSchema | NumberSchema | BooleanSchema | EnumSchema
 */
export type PrimitiveSchemaDefinition = StringSchema | NumberSchema | BooleanSchema | EnumSchema;
