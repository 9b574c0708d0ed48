import type { Context } from "barewire";

/** Adds two numbers. */
export function add({ a, b = 1 }: { a: number; b?: number }, ctx: Context): number {
  ctx.progress(1, 1);
  return a + b;
}

/** @resource days://{at} */
export function day(at: Date): { day: number } {
  return { day: at.getUTCDate() };
}
