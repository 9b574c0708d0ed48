// A tool that logs, reports progress and reads resources of its own server. Run it with a folder; the default is the
// current one. Nothing outside that folder can be read.
import { readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { createServer } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

const root = await realpath(process.argv[2] ?? ".");
const server = createServer({ name: "process-files", version: "1.0.0" });

server.resource(
  "file:///{path*}",
  { name: "file", description: "A text file of the folder, by its path in it.", mimeType: "text/plain" },
  async ({ path }) => {
    // The template lets no `..` through; what is left is a symbolic link that leads out.
    const found = await realpath(join(root, path)).catch(() => undefined);
    if (!found?.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined; // is not found
    return readFile(found, "utf8").catch(() => undefined); // nor is a folder a file
  },
);

server.tool(
  "process_files",
  {
    description: "Counts the lines and words of files.",
    input: {
      type: "object",
      properties: { paths: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 1000 } },
      required: ["paths"],
    },
    annotations: { readOnlyHint: true },
  },
  async ({ paths }, ctx) => {
    const files: { path: string; lines: number; words: number }[] = [];
    const failed: string[] = [];
    for (const [index, path] of paths.entries()) {
      ctx.signal.throwIfAborted();
      try {
        const uri = `file:///${path.split("/").map(encodeURIComponent).join("/")}`;
        const [contents] = await ctx.readResource(uri);
        const text = contents && "text" in contents ? contents.text : "";
        files.push({ path, lines: text.split("\n").length - 1, words: text.match(/\S+/g)?.length ?? 0 });
        ctx.info(`Processed ${path}`);
      } catch (error) {
        failed.push(path);
        ctx.warning(`${path}: ${(error as Error).message}`);
      }
      ctx.progress(index + 1, paths.length, path);
    }
    return { files, failed };
  },
);

await serveStdio(server);
