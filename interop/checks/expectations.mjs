// @ts-check
// What clients of each revision may expect, and what the checks have in common.
import { ok } from "node:assert/strict";

/** What a client of a revision sees that one of another does not. `words`: progress comes with a message. */
const seen = {
  "2024-11-05": {
    kinds: ["text", "image", "text", "text", "resource"],
    words: false,
    forms: false,
    structured: false,
    argumentsAreResults: false,
    notFound: -32002,
  },
  "2025-03-26": {
    kinds: ["text", "image", "audio", "text", "resource"],
    words: true,
    forms: false,
    structured: false,
    argumentsAreResults: false,
    notFound: -32002,
  },
  "2025-06-18": {
    kinds: ["text", "image", "audio", "resource_link", "resource"],
    words: true,
    forms: true,
    structured: true,
    argumentsAreResults: false,
    notFound: -32002,
  },
  "2025-11-25": {
    kinds: ["text", "image", "audio", "resource_link", "resource"],
    words: true,
    forms: true,
    structured: true,
    argumentsAreResults: true,
    notFound: -32002,
  },
  "2026-07-28": {
    kinds: ["text", "image", "audio", "resource_link", "resource"],
    words: true,
    forms: true,
    structured: true,
    argumentsAreResults: true,
    notFound: -32602,
  },
};
export const facts = (link) => seen[link.subject.revision];
export const isModern = (link) => link.subject.era === "modern";

/** The error that `promise` rejects with. */
export async function failure(promise) {
  const result = await promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  ok("error" in result, `expected an error, not ${JSON.stringify(result.value)}`);
  return result.error;
}

/** All pages of a list, cursor by cursor; a client that fetches all of them by itself gives them as one. */
export async function pages(list, member) {
  const items = [];
  let cursor;
  do {
    const page = await list(cursor === undefined ? {} : { cursor });
    items.push(...page[member]);
    ok(items.length < 1000, "the pages do not end");
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

export const texts = (result) => result.content.map(({ text }) => text);
/** The tools that are there from the start, in order. */
export const tools = ["add", "who", "show", "fail", "count", "release", "slow", "grow", "touch", "survey", "poll"];
