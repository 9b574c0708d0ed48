import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { readCommandLine, UsageError } from "./usage.js";
import { readVersion } from "./version.js";

export const newUsage = `Usage: barewire new NAME [OPTIONS]

Makes a folder with a small server: server.ts, whose functions are its tools, a
test of it, package.json and tsconfig.json. "npm install" there brings what it
needs; "npm test", "npm run build", "npm run dev" and "npm start" do the rest.

  --barewire SPEC  what package.json names as barewire: a version, or the path
                   of a packed tarball (default: this version)

Exit codes: 0 done, 1 the folder could not be made, 2 the command line cannot be
understood.
`;

const server = (name: string) => `export const info = { name: "${name}", version: "0.1.0" };

/** Adds two numbers.
 *  @param a the first addend
 *  @param b the second addend
 *  @readonly */
export function add({ a, b = 1 }: { a: number; b?: number }): number {
  return a + b;
}

/** A greeting for someone.
 *  @resource greeting://{name} */
export function greeting({ name }: { name: string }): string {
  return \`Hello, \${name}!\`;
}
`;

const serverTest = `import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "barewire/testing";
import server from "./dist/server.mjs";

test("adds", async () => {
  const client = await connect(server);
  const { content } = await client.callTool("add", { a: 20, b: 22 });
  assert.deepEqual(content, [{ type: "text", text: "42" }]);
  await client.close();
});

test("greets", async () => {
  const client = await connect(server, { revision: "2025-11-25" });
  const { contents } = await client.readResource("greeting://Ada");
  assert.equal(contents[0].text, "Hello, Ada!");
  await client.close();
});
`;

const tsconfig = {
  compilerOptions: {
    target: "ES2022",
    module: "NodeNext",
    moduleResolution: "NodeNext",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ["server.ts"],
};

/** The files of a new project by their names. */
export function projectFiles(name: string, barewire: string): Record<string, string> {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "package.json": json({
      name,
      version: "0.1.0",
      private: true,
      type: "module",
      scripts: {
        dev: "barewire dev server.ts",
        build: "barewire build server.ts -o dist/server.mjs",
        pretest: "npm run build",
        test: "node --test",
        start: "node dist/server.mjs",
      },
      devDependencies: { barewire, esbuild: ">=0.25.0", "typescript-json-schema": ">=0.65.0" },
    }),
    "tsconfig.json": json(tsconfig),
    ".gitignore": "node_modules/\ndist/\n",
    "server.ts": server(name),
    "server.test.mjs": serverTest,
  };
}

/** `barewire new`: makes a project. Gives the exit code. */
export async function newProject(args: readonly string[]): Promise<number> {
  const { values, positionals, command } = readCommandLine(args, { barewire: { type: "string" } }, newUsage);
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0 || command) throw new UsageError("new takes one name", newUsage);
  const path = resolve(folder);
  const name = basename(path);
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name))
    throw new UsageError(`"${name}" is no name of a package: small letters, digits, ".", "_" and "-" are`, newUsage);
  await mkdir(path, { recursive: true });
  if ((await readdir(path)).some((each) => each !== ".git")) throw new Error(`${path} is not empty`);
  const spec = values.barewire ?? `^${await readVersion()}`;
  // A path is meant from here, and is read from there.
  const barewire =
    /\.tgz$/.test(spec) && !/^[a-z]+:\/\//.test(spec) ? `file:${resolve(spec.replace(/^file:/, ""))}` : spec;
  for (const [file, text] of Object.entries(projectFiles(name, barewire))) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text, { flag: "wx" });
  }
  process.stdout.write(
    `${path} is made. In it:\n\n  npm install\n  npm test\n  npx barewire call server.ts add a=41\n`,
  );
  return 0;
}
