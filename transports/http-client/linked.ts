/** What follows a signal: one listener for all, of which Node wants no more than ten. */
const followers = new WeakMap<AbortSignal, Set<AbortController>>();

function follow(source: AbortSignal, controller: AbortController): () => void {
  if (source.aborted) controller.abort(source.reason);
  const all = followers.get(source) ?? new Set();
  if (!followers.has(source)) {
    followers.set(source, all);
    source.addEventListener("abort", () => all.forEach((one) => one.abort(source.reason)), { once: true });
  }
  all.add(controller);
  return () => void all.delete(controller);
}

/** A signal that aborts with either of two, and how to let go of them. */
export function linked(one: AbortSignal, other?: AbortSignal): { readonly signal: AbortSignal; forget(): void } {
  const controller = new AbortController();
  const unfollow = (other ? [one, other] : [one]).map((source) => follow(source, controller));
  return { signal: controller.signal, forget: () => unfollow.forEach((stop) => stop()) };
}
