#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { run, runUsage } from "./run.js";
import { UsageError } from "./usage.js";

const usage = `Usage: barewire COMMAND

Commands:
  run FILE   serve the server that a module exports

  --help     this text, or that of a command
  --version  the version

Exit codes: 0 done, 1 the work failed, 2 the command line cannot be understood.
`;

async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === "run") {
    if (args.includes("--help")) process.stdout.write(runUsage);
    else await run(args);
  } else if (command === "--version") {
    const { version } = JSON.parse(await readFile(new URL(import.meta.resolve("barewire/package.json")), "utf8")) as {
      version: string;
    };
    process.stdout.write(`${version}\n`);
  } else if (command === "--help") process.stdout.write(usage);
  else throw new UsageError(command === undefined ? "a command is missing" : `there is no command "${command}"`, usage);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`barewire: ${message}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${error.usage}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
