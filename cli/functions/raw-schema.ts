/** JSON Schema as typescript-json-schema writes it (draft-07), with a mark where the type is `Date`. */
export interface RawSchema {
  type?: string | string[];
  $ref?: string;
  properties?: Record<string, RawSchema>;
  required?: string[];
  additionalProperties?: RawSchema | boolean;
  patternProperties?: Record<string, RawSchema>;
  items?: RawSchema | RawSchema[];
  additionalItems?: RawSchema | boolean;
  anyOf?: RawSchema[];
  oneOf?: RawSchema[];
  allOf?: RawSchema[];
  enum?: unknown[];
  description?: string;
  [dateMark]?: true;
  [keyword: string]: unknown;
}

/** The member of a raw schema that says that the handler gets a `Date`. It never leaves. */
export const dateMark = "x-barewire-date";

/** Definitions that `$ref`s name, by what stands behind `#/definitions/`, decoded. */
export type RawDefinitions = Readonly<Record<string, RawSchema>>;

export const nameOfRef = ($ref: string): string => decodeURIComponent($ref.slice("#/definitions/".length));
