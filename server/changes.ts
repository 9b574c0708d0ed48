/** Something that clients may want to hear of. */
export type Change = { readonly list: ListKind } | { readonly uri: string } | { readonly taskId: string };
export type ListKind = "tools" | "prompts" | "resources";

/** Carries changes from where they happen to whoever listens, on this node or on others. */
export interface ChangeBus {
  publish(change: Change): void;
  /** Returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void;
}

/** The bus of one process. Changes of the same thing within one turn of the event loop are told once. */
export class LocalChangeBus implements ChangeBus {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #pending = new Map<string, Change>();
  readonly #onError: (error: unknown) => void;

  /** `onError` is told what a listener threw; the others hear of the change all the same. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  publish(change: Change): void {
    if (this.#listeners.size === 0) return;
    if (this.#pending.size === 0) queueMicrotask(() => this.#flush());
    this.#pending.set(
      "list" in change ? change.list : "uri" in change ? `:${change.uri}` : `#${change.taskId}`,
      change,
    );
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #flush(): void {
    const changes = [...this.#pending.values()];
    this.#pending.clear();
    for (const change of changes) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(change);
        } catch (error) {
          this.#onError(error);
        }
      }
    }
  }
}

/** The notification that tells of a change of a list or of a resource. */
export const changeNotification = (
  change: Exclude<Change, { taskId: string }>,
): { method: string; params?: { uri: string } } =>
  "list" in change
    ? { method: `notifications/${change.list}/list_changed` }
    : { method: "notifications/resources/updated", params: { uri: change.uri } };
