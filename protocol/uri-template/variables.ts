type Merge<A, B> = { [K in keyof (A & B)]: (A & B)[K] };

/** `name*`, `name:3` or `name` without the modifier. */
type Name<Spec extends string> = Spec extends `${infer N}*` ? N : Spec extends `${infer N}:${string}` ? N : Spec;

type Variable<Spec extends string, Kind> = Kind extends "named"
  ? { [K in Name<Spec>]?: Spec extends `${string}*` ? string[] : string }
  : Kind extends "optional"
    ? { [K in Name<Spec>]?: string }
    : { [K in Name<Spec>]: Kind extends "path" ? (Spec extends `${string}*` ? string[] : string) : string };

type Variables<Specs extends string, Kind> = Specs extends `${infer Head},${infer Rest}`
  ? Merge<Variable<Head, Kind>, Variables<Rest, Kind>>
  : Variable<Specs, Kind>;

type Expression<Body extends string> = Body extends `${"?" | "&" | ";"}${infer Specs}`
  ? Variables<Specs, "named">
  : Body extends `#${infer Specs}`
    ? Variables<Specs, "optional">
    : Body extends `${"/" | "."}${infer Specs}`
      ? Variables<Specs, "path">
      : Body extends `+${infer Specs}`
        ? Variables<Specs, "plain">
        : Variables<Body, "plain">;

type Parse<T extends string, Found> = T extends `${string}{${infer Body}}${infer Rest}`
  ? Parse<Rest, Merge<Found, Expression<Body>>>
  : Found;

/**
 * The variables that a match of a template literal yields: `TemplateVariables<"users://{id}/profile">` is
 * `{ id: string }`. Optional: those of `{?…}`, `{&…}`, `{;…}` and `{#…}`. Lists of strings: the exploded ones
 * of `{/…*}`, `{.…*}`, `{?…*}`, `{&…*}` and `{;…*}`. For a plain `string` nothing is known of them.
 */
export type TemplateVariables<T extends string> = string extends T
  ? Record<string, string | string[] | undefined>
  : Parse<T, {}>;
