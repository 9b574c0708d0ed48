/**
 * The TypeScript type that a JSON Schema literal describes. Only types: nothing of this file exists at run time.
 *
 * Members and items are looked at only when used, so that a recursive `$ref` through them gives a recursive type; one
 * that leads straight to itself is followed a bounded number of times.
 */

/** How often `$ref`, `anyOf`, `oneOf` and `allOf` may lead on to each other without a property or an item between. */
type MaxHops = 8;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Whether a schema's type is too wide to say anything: any, unknown, object, an index signature, `type: string`. */
type IsWide<S> = unknown extends S
  ? true
  : string extends keyof S
    ? true
    : Equal<S, object> extends true
      ? true
      : S extends { readonly type: infer T }
        ? string extends T
          ? true
          : false
        : false;

/**
 * The type of the values that the schema `S` accepts, for `S` inferred from a literal (`const S`, or `as const`).
 *
 * Read: `type` (one or a list), `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`,
 * `prefixItems`, `anyOf` and `oneOf` (a union), `allOf` (an intersection), `$ref` to `#`, `#/$defs/x` and
 * `#/definitions/x`. Other keywords do not narrow the type. `true`, `{}` and what no keyword says are `unknown`;
 * `false` is `never`. An object schema without properties is `Record<string, unknown>`, and so is one known only as
 * `object` or `Record<string, unknown>`.
 */
export type FromSchema<S> = IsWide<S> extends true ? Record<string, unknown> : From<S, S, []>;

/** `Root` is what `#` refers to, `Hops` counts towards {@link MaxHops}. */
type From<S, Root, Hops extends unknown[]> = Hops["length"] extends MaxHops
  ? unknown
  : S extends boolean
    ? S extends true
      ? unknown
      : never
    : IsWide<S> extends true
      ? unknown
      : S extends { readonly const: infer Value }
        ? Value
        : S extends { readonly enum: readonly (infer Value)[] }
          ? Value
          : keyof S & Applicator extends never
            ? Typed<S, Root>
            : Joined<Typed<S, Root>, Applied<S, Root, [...Hops, 1]>, S>;

type Applicator = "$ref" | "anyOf" | "oneOf" | "allOf";

type Applied<S, Root, Hops extends unknown[]> = (S extends { readonly $ref: infer Ref }
  ? From<Resolve<Ref, Root>, Root, Hops>
  : unknown) &
  (S extends { readonly anyOf: readonly (infer Branch)[] } ? Each<Branch, Root, Hops> : unknown) &
  (S extends { readonly oneOf: readonly (infer Branch)[] } ? Each<Branch, Root, Hops> : unknown) &
  (S extends { readonly allOf: infer Branches } ? All<Branches, Root, Hops> : unknown);

type Each<Branch, Root, Hops extends unknown[]> = Branch extends unknown ? From<Branch, Root, Hops> : never;

type All<Branches, Root, Hops extends unknown[]> = Branches extends readonly [infer Head, ...infer Rest]
  ? From<Head, Root, Hops> & All<Rest, Root, Hops>
  : unknown;

type Resolve<Ref, Root> = Ref extends "#"
  ? Root
  : Ref extends `#/$defs/${infer Name}`
    ? Root extends { readonly $defs: { readonly [K in Name]: infer Found } }
      ? Found
      : true
    : Ref extends `#/definitions/${infer Name}`
      ? Root extends { readonly definitions: { readonly [K in Name]: infer Found } }
        ? Found
        : true
      : true;

/** What `type` says, or, where it is missing, what the keywords of one type imply. */
type Typed<S, Root> = S extends { readonly type: infer T }
  ? OfType<T extends readonly (infer Name)[] ? Name : T, S, Root>
  : keyof S & ("properties" | "required" | "additionalProperties") extends never
    ? keyof S & ("items" | "prefixItems") extends never
      ? unknown
      : ArrayOf<S, Root>
    : ObjectOf<S, Root>;

type OfType<Name, S, Root> = Name extends "string"
  ? string
  : Name extends "number" | "integer"
    ? number
    : Name extends "boolean"
      ? boolean
      : Name extends "null"
        ? null
        : Name extends "array"
          ? ArrayOf<S, Root>
          : Name extends "object"
            ? ObjectOf<S, Root>
            : unknown;

type ArrayOf<S, Root> = S extends { readonly prefixItems: infer Heads extends readonly unknown[] }
  ? [...Tuple<Heads, Root>, ...(S extends { readonly items: infer Item } ? Rest<Item, Root> : unknown[])]
  : S extends { readonly items: infer Item }
    ? From<Item, Root, []>[]
    : unknown[];

/** `prefixItems` does not make its items required. */
type Tuple<Heads extends readonly unknown[], Root> = { -readonly [K in keyof Heads]?: From<Heads[K], Root, []> };

type Rest<Item, Root> = Item extends false ? [] : From<Item, Root, []>[];

type Properties<S> = S extends { readonly properties: infer P } ? (string extends keyof P ? {} : P) : {};

type Required<S> = S extends { readonly required: readonly (infer R extends string)[] }
  ? string extends R
    ? never
    : R
  : never;

type ObjectOf<S, Root> = Members<Properties<S>, Required<S>, Extra<S>, Root>;

/** The schema of members that are not listed; undefined where the literal leaves them unsaid. */
type Extra<S> = S extends { readonly patternProperties: unknown }
  ? true
  : S extends { readonly additionalProperties: infer A }
    ? A
    : undefined;

type Members<P, R extends string, A, Root> = [keyof P | R] extends [never]
  ? { [name: string]: A extends undefined ? unknown : A extends false ? never : From<A, Root, []> }
  : A extends undefined | false
    ? Listed<P, R, Root>
    : Flat<Listed<P, R, Root> & Unlisted<P, R, A, Root>>;

type Listed<P, R extends string, Root> = Flat<
  { -readonly [K in keyof P as K extends R ? K : never]: From<P[K], Root, []> } & {
    -readonly [K in keyof P as K extends R ? never : K]?: From<P[K], Root, []>;
  } & { [K in Exclude<R, keyof P>]: Present }
>;

/** Any JSON value; `unknown` would let an optional member that another branch requires stay undefined. */
type Present = {} | null;

/** An index signature must also admit the listed members, or no value would fit both. */
type Unlisted<P, R extends string, A, Root> = {
  [name: string]:
    | From<A, Root, []>
    | { [K in keyof P]: From<P[K], Root, []> }[keyof P]
    | (Exclude<keyof P, R> extends never ? never : undefined)
    | (Exclude<R, keyof P> extends never ? never : Present);
};

/** A union alone stays as it is: to write it anew would look into each branch, without end where it is recursive. */
type Joined<Own, Other, S> = unknown extends Own
  ? S extends { readonly allOf: unknown }
    ? Flat<Other>
    : Other
  : Flat<Own & Other>;

/** An intersection written as one object; `unknown` would become `{}`, and the items of an array be looked into. */
type Flat<T> = unknown extends T ? T : T extends readonly unknown[] ? T : { [K in keyof T]: T[K] };
