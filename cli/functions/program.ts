import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import type { ts } from "typescript-json-schema";
import type { Home } from "./home.js";
import type { Compiler } from "./packages.js";
import { Refused, type Problem } from "./refused.js";

/** A module as the compiler sees it, with all that it imports. */
export interface Sources {
  readonly ts: Compiler;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly module: ts.SourceFile;
  /** Where a node stands, for what is told of it. */
  problem(node: ts.Node, message: string): Problem;
  /** The files of the author's that were read. */
  readonly files: readonly string[];
}

/** Compiles `file` for its types. Throws a {@link Refused} with the compiler's errors in it and in what it imports. */
export function readSources(ts: Compiler, file: string, home: Home, before?: ts.Program): Sources {
  const { options, config } = optionsFor(ts, file, home);
  const isOwn = ({ fileName, isDeclarationFile }: ts.SourceFile): boolean =>
    !isDeclarationFile && !fileName.includes("/node_modules/") && !home.owns(fileName);
  const host = ts.createCompilerHost(options, true);
  host.getCurrentDirectory = () => dirname(file);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language, ...rest) => {
    // To parse the libraries takes most of the time, and they seldom change.
    const known = before?.getSourceFile(name);
    if (known && known.text === ts.sys.readFile(name)) return known;
    const source = read(name, language, ...rest);
    return source && isOwn(source) ? withComments(ts, source, language) : source;
  };
  const program = ts.createProgram({ rootNames: [file], options, host, ...(before ? { oldProgram: before } : {}) });
  const module = program.getSourceFile(file);
  if (!module) throw new Error(`${file} cannot be read`);
  const problems = [...config, ...diagnostics(program, isOwn)].map((one) => problemOf(ts, one, file));
  if (problems.length > 0) throw new Refused(problems);
  const checker = program.getTypeChecker();
  return {
    ts,
    program,
    checker,
    module,
    problem: (node, message) => placed(node.getSourceFile(), node.getStart(), message),
    files: program
      .getSourceFiles()
      .filter(isOwn)
      .map(({ fileName }) => fileName),
  };
}

function* diagnostics(program: ts.Program, isOwn: (file: ts.SourceFile) => boolean): Generator<ts.Diagnostic> {
  yield* program.getOptionsDiagnostics();
  for (const source of program.getSourceFiles().filter(isOwn)) {
    yield* program.getSyntacticDiagnostics(source);
    yield* program.getSemanticDiagnostics(source);
  }
}

/** The author's own options where there is a tsconfig.json, with what has to hold for types to be read. */
function optionsFor(ts: Compiler, file: string, home: Home) {
  const path = ts.findConfigFile(dirname(file), ts.sys.fileExists);
  const parsed =
    path === undefined
      ? undefined
      : ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, dirname(path));
  const own: ts.CompilerOptions = parsed ? parsed.options : { strict: true };
  // Values of a later compiler were left out, and the rest of a list would lack what they say.
  if (parsed?.errors.some(({ code }) => code === UNKNOWN_VALUE)) {
    own.target ??= ts.ScriptTarget.ESNext;
    delete own.lib;
  }
  const barewire = Object.fromEntries([...home.types].map(([name, types]) => [name, [types]]));
  const { outDir: _, rootDir: __, declarationDir: ___, tsBuildInfoFile: ____, ...kept } = own;
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    ...(own.module === undefined
      ? { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
      : {}),
    ...kept,
    // What is not used yet is no reason not to serve.
    noUnusedLocals: false,
    noUnusedParameters: false,
    // However strict the author is otherwise, whether null may stand somewhere has to be known.
    strictNullChecks: true,
    noEmit: true,
    skipLibCheck: true,
    incremental: false,
    composite: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
    allowImportingTsExtensions: true,
    paths: { ...barewire, ...own.paths },
    ...(own.lib ? { lib: withIteration(own.lib) } : {}),
  };
  const config = parsed ? parsed.errors.filter(({ code }) => !harmless.includes(code)) : [];
  return { options, config };
}

/**
 * Complaints about a configuration that do not matter: that it names no files (one is read, with what it imports), and
 * that it has options and values of a later compiler.
 */
const UNKNOWN_VALUE = 6046;
const harmless = [18003, 5023, UNKNOWN_VALUE];

/** Later compilers hold what can be iterated to be part of the DOM; a module written for them is read as they do. */
const withIteration = (lib: readonly string[]): string[] =>
  lib.includes("lib.dom.d.ts")
    ? [...new Set([...lib, "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"])]
    : [...lib];

/**
 * A doc comment counts for the compiler only where it begins a line. Here it counts too behind what opens or ends a
 * member on the same line: the blank before it is read as the end of the line, so that every place stays what it is.
 */
function withComments(ts: Compiler, source: ts.SourceFile, language: Parameters<typeof ts.createSourceFile>[2]) {
  const { text } = source;
  const blanks = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeElement(node) || ts.isClassElement(node) || ts.isEnumMember(node)) {
      for (const { pos } of ts.getTrailingCommentRanges(text, node.pos) ?? []) {
        if (text.startsWith("/**", pos) && /[ \t]/.test(text[pos - 1] ?? "")) blanks.add(pos - 1);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (blanks.size === 0) return source;
  const broken = text.split("");
  for (const at of blanks) broken[at] = "\n";
  const version = (source as ts.SourceFile & { version?: string }).version;
  const made = ts.createSourceFile(source.fileName, broken.join(""), language, true);
  return Object.assign(made, version === undefined ? {} : { version });
}

function problemOf(ts: Compiler, { file, start, messageText }: ts.Diagnostic, module: string): Problem {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n  ");
  if (file) return placed(file, start ?? 0, message);
  return { file: shown(module), line: 1, column: 1, message };
}

/** The lines are those of the file as it was saved. */
function placed({ fileName }: ts.SourceFile, position: number, message: string): Problem {
  const lines = readFileSync(fileName, "utf8")
    .replace(/^\uFEFF/, "")
    .slice(0, position)
    .split("\n");
  return { file: shown(fileName), line: lines.length, column: lines.at(-1)!.length + 1, message };
}

function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
