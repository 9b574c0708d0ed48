/** What makes a replay fail. `requirements` are those that the rule itself rests on, beside those of the step. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly expected?: string,
    readonly received?: string,
    readonly requirements: readonly string[] = [],
  ) {
    super(message);
  }
}

export class TimedOut extends Failure {}

/** Rejects with `timedOut()` unless `promise` settles in time. */
export async function within<T>(promise: Promise<T>, ms: number, timedOut: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(timedOut()), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
