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

/** Holds a value against a form. Throws -32602 that names the member and what was expected. */
export function checkForm(value: unknown, form: Form, where: string): void {
  const fault = faultOf(value, form);
  if (fault) throw invalidParams(`"${where}${fault.at}" must be ${fault.expected}`, { status: 400 });
}

/** Where a value breaks a form, and what was expected there. Names are put together where something is wrong alone. */
function faultOf(value: unknown, form: Form): { at: string; readonly expected: string } | undefined {
  const list = form === "string[]" ? "string" : Array.isArray(form) ? (form[0] as Form) : undefined;
  if (list !== undefined) {
    if (!Array.isArray(value)) return wrong(form);
    for (let i = 0; i < value.length; i++) {
      const fault = faultOf(value[i], list);
      if (fault) return within(String(i), fault);
    }
    return undefined;
  }
  if (form === "string" || form === "boolean") return typeof value === form ? undefined : wrong(form);
  if (!isObject(value)) return wrong(form);
  if (form === "object") return undefined;
  const all = form === "objects" ? "object" : undefined;
  const members = all ? undefined : membersOf(form as { readonly [member: string]: Form });
  for (const name of members?.required ?? [])
    if (!Object.hasOwn(value, name)) return within(name, wrong(members!.forms.get(name)!));
  for (const name of Object.keys(value)) {
    const member = all ?? members!.forms.get(name);
    const fault = member === undefined ? undefined : faultOf(value[name], member);
    if (fault) return within(name, fault);
  }
  return undefined;
}

type Fault = NonNullable<ReturnType<typeof faultOf>>;

const wrong = (form: Form): Fault => ({
  at: "",
  expected:
    form === "string" || form === "boolean"
      ? `a ${form}`
      : form === "string[]" || Array.isArray(form)
        ? "an array"
        : "an object",
});

function within(name: string, fault: Fault): Fault {
  fault.at = `.${name}${fault.at}`;
  return fault;
}
