#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { run, runUsage } from "./run.js";
import { UsageError } from "./usage.js";

const usage = `Usage: barewire COMMAND

Commands:
  dev FILE     serve a module of functions, again after each save
  build FILE   write a module of functions as one file
  run FILE     serve a built file, or the server that a module exports
  check        say whether a server keeps the protocol
  record       write down what passes between a host and a server
  replay FILE  play one side of a recording again, and show what differs

  --help       this text, or that of a command
  --version    the version

Exit codes: 0 done, 1 the work failed, 2 the command line cannot be understood.
`;

/** What stands behind "--" is the command line of somebody else. */
function wantsHelp(args: readonly string[]): boolean {
  const split = args.indexOf("--");
  return (split < 0 ? args : args.slice(0, split)).includes("--help");
}

async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === "run") {
    if (args.includes("--help")) process.stdout.write(runUsage);
    else await run(args);
  } else if (command === "build") {
    const { build, buildUsage } = await import("./build.js");
    if (args.includes("--help")) process.stdout.write(buildUsage);
    else await build(args);
  } else if (command === "dev") {
    const { dev, devUsage } = await import("./dev.js");
    if (args.includes("--help")) process.stdout.write(devUsage);
    else await dev(args);
  } else if (command === "record") {
    // What only one command needs is read when it is asked for.
    const { record, recordUsage } = await import("./record.js");
    if (wantsHelp(args)) process.stdout.write(recordUsage);
    else await record(args);
  } else if (command === "replay") {
    const { replay, replayUsage } = await import("./replay.js");
    if (wantsHelp(args)) process.stdout.write(replayUsage);
    else await replay(args);
  } else if (command === "check") {
    const { check, checkUsage } = await import("./check.js");
    if (wantsHelp(args)) process.stdout.write(checkUsage);
    else process.exitCode = await check(args);
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
