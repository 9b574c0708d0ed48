import type { Feature } from "../feature.js";
import type { ToolEntry } from "../features/tools.js";
import type { Checked } from "../input.js";
import { inlined } from "./inlined.js";
import { repaired } from "./repaired.js";

/** Arguments of a call that were of another type than the tool's schema asks for. */
export interface Repair {
  readonly tool: string;
  /** The members that came as strings, by JSON Pointer. */
  readonly members: readonly string[];
  /** The calls of this server that were repaired, this one included. */
  readonly count: number;
}

type Schema = Readonly<Record<string, unknown>>;

/** What a server does for hosts that follow no reference in a schema, or write every argument as a string. */
export class WeakHosts {
  /** A schema as it is listed. */
  readonly listed: (schema: Schema) => Schema;
  readonly #told: ((repair: Repair) => void) | undefined;
  #count = 0;

  constructor(inlineRefs: boolean, told: ((repair: Repair) => void) | undefined) {
    this.listed = inlineRefs ? inlined : (schema) => schema;
    this.#told = told;
  }

  /** Checks a tool's arguments; where they do not fit, and would fit with strings read as what is asked for, so. */
  check(tool: ToolEntry, args: unknown): Checked | Promise<Checked> {
    const checked = tool.input.check(args);
    if (!this.#told) return checked;
    return checked instanceof Promise
      ? checked.then((first) => this.#again(tool, args, first))
      : this.#again(tool, args, checked);
  }

  #again(tool: ToolEntry, args: unknown, first: Checked): Checked | Promise<Checked> {
    if (!("problems" in first)) return first;
    const { value, members } = repaired(tool.input.schema, args);
    if (members.length === 0) return first;
    const settle = (second: Checked): Checked => {
      // What does not fit all the same is told of as it came.
      if ("problems" in second) return first;
      this.#told!({ tool: tool.name, members, count: (this.#count += 1) });
      return second;
    };
    const second = tool.input.check(value);
    return second instanceof Promise ? second.then(settle) : settle(second);
  }
}

const log = ({ tool, members, count }: Repair): void =>
  console.error(
    `barewire: tool "${tool}": ${members.join(", ")} came as strings and were read (${count} calls so far)`,
  );

/** The options `inlineRefs` and `repairArguments`. */
export const weakHosts: Feature = {
  name: "weakHosts",
  install(server, { inlineRefs = false, repairArguments = false }) {
    if (!inlineRefs && !repairArguments) return;
    const told = typeof repairArguments === "function" ? repairArguments : log;
    server.weakHosts = new WeakHosts(inlineRefs, repairArguments ? told : undefined);
  },
};
