import type { LoggingLevel } from "../../protocol/logging-level.js";
import { columnsOf, cut, printable, wrap } from "./text.js";

/** What a screen is written to: standard error, or what stands for it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How far a call is, as its server tells. */
export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

const codes = { bold: 1, red: 31, yellow: 33, cyan: 36, grey: 90 } as const;
export type Colour = keyof typeof codes;

const BAR_COLUMNS = 24;
const severe: readonly LoggingLevel[] = ["error", "critical", "alert", "emergency"];

/** Gives a text a colour, or not where colours are not wanted. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours are for terminals that have them, and for people who have not set NO_COLOR (https://no-color.org). */
export function paintFor(output: Output, env: NodeJS.ProcessEnv = process.env): Paint {
  const coloured = output.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  return (colour, text) => (coloured ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text);
}

/** What a person sees beside the result: log messages, and under them how far the call is. */
export class Screen {
  readonly paint: Paint;
  readonly #output: Output;
  readonly #moving: boolean;
  #bar = "";
  #held = false;
  #rest = "";

  constructor(output: Output, env: NodeJS.ProcessEnv = process.env) {
    this.#output = output;
    this.#moving = output.isTTY === true && env.TERM !== "dumb";
    this.paint = paintFor(output, env);
  }

  /** Writes lines above the bar. */
  say(text: string): void {
    this.#clear();
    this.#output.write(text.endsWith("\n") ? text : `${text}\n`);
    this.#draw();
  }

  /** What another process writes, in pieces; each line as it is whole. */
  pass(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (lines.length > 0) this.say(lines.join("\n"));
  }

  /** A log message of the server. */
  log({ level, logger, data }: { level: LoggingLevel; logger?: string; data: unknown }): void {
    const text = typeof data === "string" ? data : (JSON.stringify(data) ?? "");
    const colour = severe.includes(level) ? "red" : level === "warning" ? "yellow" : "grey";
    const from = logger === undefined ? "" : ` ${printable(logger)}`;
    const lines = this.#folded(`${level}${from}: ${printable(text)}`);
    this.say(this.paint(colour, level) + lines.slice(level.length));
  }

  /** A text whose lines are no longer than a terminal is wide; for a file they stay whole. */
  #folded(text: string): string {
    if (this.#output.isTTY !== true) return text;
    const columns = this.#output.columns ?? 80;
    const fold = (line: string) => (columnsOf(line) > columns ? wrap(line, columns - 2).join("\n  ") : line);
    return text.split("\n").map(fold).join("\n");
  }

  /** Shows how far the call is, where the output is a terminal; else nothing, since a bar that cannot move is noise. */
  progress(told: Progress): void {
    if (!this.#moving) return;
    this.#clear();
    this.#bar = this.#barOf(told);
    this.#draw();
  }

  /** Takes the bar away while somebody is asked. */
  hold(): void {
    this.#clear();
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#draw();
  }

  /** Takes the bar away for good. */
  end(): void {
    this.#clear();
    this.#bar = "";
    if (this.#rest !== "") this.#output.write(`${this.#rest}\n`);
    this.#rest = "";
  }

  #barOf({ progress, total, message = "" }: Progress): string {
    const columns = (this.#output.columns ?? 80) - 3;
    const known = total !== undefined && total > 0;
    const share = known ? Math.min(1, Math.max(0, progress / total)) : 0;
    const full = Math.round(share * BAR_COLUMNS);
    const bar = known
      ? `[${"#".repeat(full)}${"-".repeat(BAR_COLUMNS - full)}] ${Math.round(share * 100)}%`
      : `${progress}`;
    const rest = columns - columnsOf(bar) - 1;
    const said = printable(message).replace(/\n/g, " ");
    return said === "" || rest < 4 ? cut(bar, columns) : `${bar} ${cut(said, rest)}`;
  }

  #clear(): void {
    if (this.#bar !== "" && !this.#held) this.#output.write("\r\u001b[K");
  }

  #draw(): void {
    if (this.#bar !== "" && !this.#held) this.#output.write(this.#bar);
  }
}
