import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import { targets, type Target } from "./functions/bundle.js";
import { oneFile, readCommandLine, UsageError } from "./usage.js";

export const buildUsage = `Usage: barewire build FILE [-o OUT] [--target T] [--external NAME]… [--print]

Writes one ESM file of the functions that the TypeScript module FILE exports, each a tool (or, by @resource and @prompt,
another thing), with their schemas inside: at run time it needs no TypeScript, no schema generator and no barewire.
Beside it lies its source map. The packages "typescript-json-schema", with the compiler that it brings along, and
"esbuild" do the work.

  -o OUT           where to write; the default is FILE's name with .mjs, in the working directory
  --target T       node (the default): "node OUT" serves standard streams, "barewire run OUT --http" HTTP; deno, bun:
                   serve standard streams when started, and export fetch for HTTP; workerd: exports fetch in its
                   default, and the server by its name; browser: exports the server alone
  --external NAME  leaves a package out, to be found at run time; may be repeated
  --print          writes the module that is bundled to standard output instead, to be read

Exit codes: 0 done, 1 FILE cannot be built (each reason with file and line), 2 the command line cannot be understood.
`;

/** `barewire build`: writes a module of functions as one file, or prints what is made of it. */
export async function build(args: readonly string[]): Promise<void> {
  const { file, outfile, target, external, print } = readArguments(args);
  const { makeModule } = await import("./functions/make-module.js");
  const made = makeModule(file);
  if (print) return void process.stdout.write(made.text);
  const { bundleFor } = await import("./functions/bundle.js");
  for (const { path, contents } of await bundleFor(made, { target, outfile, external })) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
}

const options = {
  out: { type: "string", short: "o" },
  target: { type: "string", default: "node" },
  external: { type: "string", multiple: true, default: [] as string[] },
  print: { type: "boolean", default: false },
} as const;

function readArguments(args: readonly string[]) {
  const line = readCommandLine(args, options, buildUsage);
  const { values } = line;
  const file = oneFile(line, "build", buildUsage);
  const target = targets.find((known) => known === values.target);
  if (target === undefined)
    throw new UsageError(`there is no target "${values.target}"; there are ${targets.join(", ")}`, buildUsage);
  const outfile = resolve(values.out ?? `${basename(file, extname(file))}.mjs`);
  return {
    file,
    outfile,
    target: target satisfies Target,
    external: values.external ?? [],
    print: values.print ?? false,
  };
}
