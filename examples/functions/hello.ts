// Serve it with: barewire dev examples/functions/hello.ts

/** Adds two numbers. */
export function add({ a, b }: { a: number; b: number }): number {
  return a + b;
}

/** A greeting for someone.
 *  @resource greeting://{name} */
export function greeting({ name }: { name: string }): string {
  return `Hello, ${name}!`;
}
