import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { CommandProcess } from "./testing/command-process.js";

const command = fileURLToPath(new URL("./barewire.js", import.meta.url));
const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "barewire-new-"));
const commands = new CommandProcess({ cwd: folder });

function run(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", timeout: 60_000 });
  return { code: status, out: stdout, said: stderr };
}

test("a new project is called as it is, builds, and keeps its own test", () => {
  assert.is(run(folder, command, "new", "sums").code, 0);
  const project = join(folder, "sums");
  assert.equal(readdirSync(project).sort(), [
    ".gitignore",
    "package.json",
    "server.test.mjs",
    "server.ts",
    "tsconfig.json",
  ]);
  // What "npm install" would bring: this copy, and the packages that it asks for.
  mkdirSync(join(project, "node_modules"));
  for (const name of ["esbuild", "typescript-json-schema"])
    symlinkSync(join(packages, name), join(project, "node_modules", name));
  const { exports, ...about } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, { types: string }>;
  };
  mkdirSync(join(project, "node_modules/barewire"));
  const transpiled = Object.entries(exports).flatMap(([path, { types }]) =>
    types === undefined ? [] : [[path, join(root, ".build", types.replace("./dist/", "").replace(".d.ts", ".js"))]],
  );
  for (const [path, file] of transpiled as [string, string][])
    writeFileSync(
      join(project, "node_modules/barewire", `${path.replace(/\W+/g, "-")}.mjs`),
      `export * from ${JSON.stringify(file)};`,
    );
  writeFileSync(
    join(project, "node_modules/barewire/package.json"),
    JSON.stringify({
      ...about,
      exports: Object.fromEntries(transpiled.map(([path = ""]) => [path, `./${path.replace(/\W+/g, "-")}.mjs`])),
    }),
  );
  const called = run(project, command, "call", "server.ts", "add", "a=41");
  assert.equal(called, { code: 0, out: "42\n", said: "" });
  const built = run(project, command, "build", "server.ts", "-o", "dist/server.mjs");
  assert.is(built.code, 0, built.said);
  const tested = run(project, "--test");
  assert.is(tested.code, 0, tested.out);
  assert.match(tested.out, /pass 2/);
});

test("what is there is never written over", () => {
  mkdirSync(join(folder, "full"));
  writeFileSync(join(folder, "full/server.ts"), "mine");
  const { code, said } = run(folder, command, "new", "full");
  assert.is(code, 1);
  assert.ok(said.includes("is not empty"), said);
  assert.is(readFileSync(join(folder, "full/server.ts"), "utf8"), "mine");
});

test("--barewire names a tarball from here, which is read from there", () => {
  assert.is(run(folder, command, "new", "packed", "--barewire", "barewire-1.0.0.tgz").code, 0);
  const { devDependencies } = JSON.parse(readFileSync(join(folder, "packed/package.json"), "utf8")) as {
    devDependencies: { barewire: string };
  };
  assert.ok(devDependencies.barewire.startsWith("file:/") && devDependencies.barewire.endsWith("barewire-1.0.0.tgz"));
});

const refusals = [
  [[], "new takes one name"],
  [["a", "b"], "new takes one name"],
  [["Big"], '"Big" is no name of a package'],
  [["a", "--loud"], "Unknown option '--loud'"],
] as const;
for (const [args, why] of refusals) {
  test(`exits with 2 and says why: barewire new ${args.join(" ")}`, async () => {
    const { code, said } = await commands.run("new", ...args);
    assert.is(code, 2);
    assert.ok(said.includes(why), said);
  });
}

test.after(() => commands.end());
test.after(() => rmSync(folder, { recursive: true }));
test.run();
