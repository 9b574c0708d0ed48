import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";

/** Milliseconds after which an example that still runs is killed, so that what waits for it fails. */
const LIFE_MS = 30_000;

/**
 * Starts `.build/examples/NAME.js`, which prints its URL as its first line, and runs `use` with that. Then stops it by
 * SIGTERM and holds it to exit with code 0. Whatever happens, no process is left behind.
 */
export async function withServed(
  name: string,
  options: { readonly args?: readonly string[]; readonly env?: Record<string, string> },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const file = fileURLToPath(new URL(`../${name}.js`, import.meta.url));
  const env = { ...process.env, PORT: "0", ...options.env };
  const child = spawn(process.execPath, [file, ...(options.args ?? [])], { env, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const timer = setTimeout(() => child.kill("SIGKILL"), LIFE_MS);
  try {
    const first = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
    const [url] = await Promise.race([first, closed]);
    assert.match(String(url), /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    await use(String(url));
    child.kill("SIGTERM");
    const [code, signal] = await closed;
    assert.is(code, 0, `${name} ended with ${signal ?? code}`);
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}
