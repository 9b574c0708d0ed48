// @ts-check
/** What every small server offers: a tool that reads, one that nobody may call, a resource and a prompt. */
export const reads = { readOnlyHint: true, openWorldHint: false };
export const destroys = { destructiveHint: true };

export const greeting = (/** @type {string} */ name) => ({
  content: [{ type: /** @type {const} */ ("text"), text: `Hello, ${name}` }],
});

/** The end of the whole process, so that a call of the destructive tool cannot go unseen. */
export function destroy() {
  console.error("a destructive tool was called, which nobody had allowed");
  process.exit(70);
}

export const note = { uri: "note://one", text: "remember" };
export const review = (/** @type {string} */ what) => ({
  role: /** @type {const} */ ("user"),
  content: { type: /** @type {const} */ ("text"), text: `Review ${what}` },
});
