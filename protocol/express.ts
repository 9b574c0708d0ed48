import { isObject } from "./jsonrpc.js";
import { isPrepared } from "./prepared.js";
import type { Revision } from "./revision.js";

type Value = Readonly<Record<string, unknown>>;

/**
 * Writes a value in a revision's vocabulary: members that the revision's shape does not have are left out, content of a
 * kind that it does not have becomes text. Returns the value itself where nothing has to change.
 */
export function express(revision: Revision, shapeName: string, value: Value): Value {
  if (shapeName === "ContentBlock") return expressContent(revision, value);
  const shape = revision.shapes[shapeName];
  if (!shape) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const rule = shape[key];
    const member = value[key];
    const expressed = rule === undefined ? undefined : rule === true ? member : expressMember(revision, rule, member);
    if (expressed !== member && !copy) {
      copy = {};
      for (const earlier in value) {
        if (earlier === key) break;
        copy[earlier] = value[earlier];
      }
    }
    if (copy && rule !== undefined) copy[key] = expressed;
  }
  return copy ?? value;
}

function expressMember(revision: Revision, rule: string | readonly [string], member: unknown): unknown {
  if (typeof rule === "string") return isObject(member) ? express(revision, rule, member) : member;
  if (!Array.isArray(member) || isPrepared(member)) return member;
  let copy: unknown[] | undefined;
  for (let i = 0; i < member.length; i++) {
    const expressed = isObject(member[i]) ? express(revision, rule[0], member[i] as Value) : (member[i] as unknown);
    if (expressed !== member[i]) copy ??= member.slice(0, i);
    copy?.push(expressed);
  }
  return copy ?? member;
}

function expressContent(revision: Revision, block: Value): Value {
  const type = block.type as string;
  const shapeName = Object.hasOwn(revision.content, type) ? revision.content[type] : undefined;
  if (shapeName !== undefined) return express(revision, shapeName, block);
  const text = { type: "text", text: inWords(block) };
  return express(
    revision,
    "TextContent",
    block.annotations === undefined ? text : { ...text, annotations: block.annotations },
  );
}

/** What an old client reads in place of a content block that its revision has no kind for. */
function inWords(block: Value): string {
  if (block.type === "resource_link") {
    const label = String(block.title ?? block.name);
    return [`${label}: ${String(block.uri)}`, block.description].filter((part) => part !== undefined).join("\n");
  }
  if (block.type === "audio") {
    const bytes = Math.floor((String(block.data).replace(/=+$/, "").length * 3) / 4);
    return `[audio, ${String(block.mimeType)}, ${bytes} bytes]`;
  }
  return `[${String(block.type)}]`;
}
