import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arrivalOf } from "./wire.js";
import type { Arrival, ServerSide } from "./wire.js";

/**
 * What the client starts in place of a server: it tells the suite, a line of JSON each, what comes on its standard
 * input, that this ended, and signals; what the suite sends goes to standard output as it is. When the suite hangs up,
 * it exits.
 */
const relay = (path: string, node: string): string => `#!${node}
const socket = require("node:net").connect(${JSON.stringify(path)});
const tell = (what) => socket.write(JSON.stringify(what) + "\\n");
process.stdin.on("data", (chunk) => tell({ bytes: chunk.toString("base64") }));
process.stdin.on("end", () => tell({ end: true }));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => tell({ signal }));
socket.on("data", (chunk) => process.stdout.write(chunk));
socket.on("close", () => process.stdout.write("", () => process.exit(0)));
socket.on("error", () => process.exit(1));
process.stdout.on("error", () => undefined);
`;

/**
 * A pipe: the client starts a program that brings what it says to the suite, and back. `lingers`: it does not end with
 * its input.
 */
export async function stdioSide(receive: (arrival: Arrival) => void, lingers = false): Promise<ServerSide> {
  const folder = await mkdtemp(join(tmpdir(), "barewire-relay-"));
  const [path, command] = [join(folder, "s"), join(folder, "server.cjs")];
  const kept: string[] = [];
  const sockets = new Set<Socket>();
  let current: Socket | undefined;
  const server = createServer((socket) => {
    current = socket;
    sockets.add(socket);
    let told = "";
    let rest = Buffer.alloc(0);
    for (const text of kept.splice(0)) socket.write(text);
    const heard = (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
        receive(arrivalOf(decoded(rest.subarray(0, at))));
        rest = rest.subarray(at + 1);
      }
    };
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (told + chunk).split("\n");
      told = lines.pop() ?? "";
      for (const line of lines) {
        const { bytes, end, signal } = JSON.parse(line) as { bytes?: string; end?: true; signal?: string };
        if (bytes !== undefined) heard(Buffer.from(bytes, "base64"));
        if (signal !== undefined) receive({ kind: "closed", how: signal });
        if (!end) continue;
        if (rest.length > 0) receive({ kind: "noise", text: `a line without its end: ${decoded(rest)}` });
        receive({ kind: "closed", how: "end" });
        // A server whose input ended exits.
        if (!lingers) setTimeout(() => socket.end(), 20);
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      if (current !== socket) return;
      current = undefined;
      receive({ kind: "closed", how: "gone" });
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await writeFile(command, relay(path, process.execPath));
  await chmod(command, 0o755);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    target: { command },
    send(text) {
      if (current) current.write(`${text}\n`);
      else kept.push(`${text}\n`);
    },
    cut,
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Bytes that are no UTF-8 are shown as such, so that they are no message. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `not UTF-8: ${bytes.toString("latin1")}`;
  }
}
