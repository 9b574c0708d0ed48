import { fitted } from "./fitted.js";
import { run, runUsage } from "./run.js";
import { ownOf, UsageError } from "./usage.js";
import { readVersion } from "./version.js";

const usage = `Usage: barewire COMMAND

Make a server:
  new NAME              a small project that runs, tests and builds
  dev FILE              serve a module of functions, again after each save
  build FILE            write a module of functions as one file
  run FILE              serve a built file, or the server that a module exports
  install HOST TARGET   add a server to the configuration of a host
  uninstall HOST NAME   take it out again

Use any server (a file, a URL, a configured name, or -- COMMAND):
  list TARGET           what it offers
  call TARGET TOOL      call a tool: barewire call server.ts add a=41
  read TARGET URI       read a resource
  prompt TARGET PROMPT  get a prompt
  complete TARGET OF    ask how an argument could go on
  login URL             sign in at a server over HTTP, for the commands above
  logout URL            forget that again

Look at what passes:
  check                 say whether a server keeps the protocol
  record                write down what passes between a host and a server
  replay FILE           play one side of a recording again, and show what differs

  --help                this text, or that of a command
  --version             the version

Exit codes: 0 done, 1 the work failed, 2 the command line cannot be understood.
Some commands have more: their --help tells.
`;

interface Command {
  readonly usage: string;
  /** Does the work; gives the exit code where it is not 0. */
  readonly run: (args: readonly string[]) => Promise<number | void>;
}

/** What only one command needs is read when it is asked for. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  dev: () => import("./dev.js").then(({ devUsage, dev }) => ({ usage: devUsage, run: dev })),
  build: () => import("./build.js").then(({ buildUsage, build }) => ({ usage: buildUsage, run: build })),
  run: () => Promise.resolve({ usage: runUsage, run }),
  new: () => import("./new-project.js").then(({ newUsage, newProject }) => ({ usage: newUsage, run: newProject })),
  install: () =>
    import("./hosts/install.js").then(({ installUsage, install }) => ({ usage: installUsage, run: install })),
  uninstall: () =>
    import("./hosts/install.js").then(({ uninstallUsage, uninstall }) => ({ usage: uninstallUsage, run: uninstall })),
  list: () => import("./list.js").then(({ listUsage, list }) => ({ usage: listUsage, run: list })),
  call: () => import("./call.js").then(({ callToolUsage, call }) => ({ usage: callToolUsage, run: call })),
  read: () => import("./read.js").then(({ readUsage, read }) => ({ usage: readUsage, run: read })),
  prompt: () => import("./prompt.js").then(({ promptUsage, prompt }) => ({ usage: promptUsage, run: prompt })),
  complete: () =>
    import("./complete.js").then(({ completeUsage, complete }) => ({ usage: completeUsage, run: complete })),
  login: () => import("./login.js").then(({ loginUsage, login }) => ({ usage: loginUsage, run: login })),
  logout: () => import("./login.js").then(({ logoutUsage, logout }) => ({ usage: logoutUsage, run: logout })),
  check: () => import("./check.js").then(({ checkUsage, check }) => ({ usage: checkUsage, run: check })),
  record: () => import("./record.js").then(({ recordUsage, record }) => ({ usage: recordUsage, run: record })),
  replay: () => import("./replay.js").then(({ replayUsage, replay }) => ({ usage: replayUsage, run: replay })),
};

const wantsHelp = (args: readonly string[]): boolean => ownOf(args).some((arg) => arg === "--help" || arg === "-h");

async function obey([name, ...args]: readonly string[]): Promise<number | void> {
  if (name === "--help" || name === "-h") process.stdout.write(fitted(usage));
  else if (name === "--version") process.stdout.write(`${await readVersion()}\n`);
  else {
    const find = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!find)
      throw new UsageError(name === undefined ? "a command is missing" : `there is no command "${name}"`, usage);
    const command = await find();
    if (!wantsHelp(args)) return command.run(args);
    process.stdout.write(fitted(command.usage));
  }
}

/** `barewire`: does what a command line says, and tells what is wrong. Gives the exit code where the command has one. */
export async function main(args: readonly string[]): Promise<number | void> {
  try {
    return await obey(args);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`barewire: ${message}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${fitted(error.usage)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}
