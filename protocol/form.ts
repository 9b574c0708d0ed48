import { invalidParams } from "./errors.js";
import { isObject } from "./jsonrpc.js";

/**
 * What a member that a client sends must look like: a type, a list of strings, a map whose values are all objects, or
 * an object with members of its own. Members are optional unless their name ends in "!"; members that a form does not
 * name may be anything.
 */
export type Form =
  "string" | "boolean" | "object" | "string[]" | "objects" | readonly [Form] | { readonly [member: string]: Form };

/** A form read once: what is required is told apart from what each member must look like. */
interface Members {
  readonly required: readonly string[];
  readonly forms: ReadonlyMap<string, Form>;
}

const prepared = new WeakMap<object, Members>();

function membersOf(form: { readonly [member: string]: Form }): Members {
  let members = prepared.get(form);
  if (!members) {
    const names = Object.keys(form);
    const required = names.filter((name) => name.endsWith("!")).map((name) => name.slice(0, -1));
    members = { required, forms: new Map(names.map((name) => [name.replace(/!$/, ""), form[name]!])) };
    prepared.set(form, members);
  }
  return members;
}

const refuse = (where: string, expected: string): never => {
  throw invalidParams(`"${where}" must be ${expected}`, { status: 400 });
};

/** Holds a value against a form. Throws -32602 that names the member and what was expected. */
export function checkForm(value: unknown, form: Form, where: string): void {
  if (!fits(value, form)) explain(value, form, where);
}

/** Whether a value has a form: the same as {@link explain}, which puts names together, without them. */
function fits(value: unknown, form: Form): boolean {
  if (form === "string" || form === "boolean") return typeof value === form;
  if (form === "string[]") return Array.isArray(value) && value.every((entry) => typeof entry === "string");
  if (Array.isArray(form)) return Array.isArray(value) && value.every((entry) => fits(entry, form[0] as Form));
  if (!isObject(value)) return false;
  if (form === "object") return true;
  if (form === "objects") return Object.keys(value).every((name) => isObject(value[name]));
  const { required, forms } = membersOf(form as { readonly [member: string]: Form });
  for (const name of required) if (!Object.hasOwn(value, name)) return false;
  for (const name of Object.keys(value)) {
    const member = forms.get(name);
    if (member !== undefined && !fits(value[name], member)) return false;
  }
  return true;
}

function explain(value: unknown, form: Form, where: string): void {
  if (form === "string" || form === "boolean") {
    if (typeof value !== form) refuse(where, `a ${form}`);
  } else if (form === "string[]" || Array.isArray(form)) {
    if (!Array.isArray(value)) return refuse(where, "an array");
    const item = form === "string[]" ? "string" : (form[0] as Form);
    value.forEach((entry, i) => explain(entry, item, `${where}.${i}`));
  } else if (!isObject(value)) {
    refuse(where, "an object");
  } else if (form === "objects") {
    for (const name of Object.keys(value)) explain(value[name], "object", `${where}.${name}`);
  } else if (form !== "object") {
    const { required, forms } = membersOf(form as { readonly [member: string]: Form });
    for (const name of required)
      if (!Object.hasOwn(value, name)) refuse(`${where}.${name}`, describe(forms.get(name)!));
    for (const name of Object.keys(value)) {
      const member = forms.get(name);
      if (member !== undefined) explain(value[name], member, `${where}.${name}`);
    }
  }
}

const describe = (form: Form): string =>
  form === "string" || form === "boolean"
    ? `a ${form}`
    : form === "string[]" || Array.isArray(form)
      ? "an array"
      : "an object";
