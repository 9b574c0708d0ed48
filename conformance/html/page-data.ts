/** What one message, or one event of the connection, is in a diagram. */
export type Row = readonly [
  /** Who acted; "note" is said by nobody. */
  by: "client" | "server" | "runner" | "note",
  /** The step that it belongs to: its index, -1 for the handshake. */
  step: number,
  /** Index in `texts`. */
  text: number,
  more?: RowDetail,
];

export interface RowDetail {
  /** Another caller than the first. */
  readonly caller?: string;
  /** What is said of the message as a whole: how often, in which order. */
  readonly note?: string;
  /** Index in `texts` of its HTTP header fields. */
  readonly headers?: number;
}

export interface StepEntry {
  /** The member that makes the step what it is: send, expect, quiet … */
  readonly kind: string;
  readonly covers: readonly string[];
  /** The revisions and wires that it is for, where not all. */
  readonly revisions?: readonly string[];
  readonly wires?: readonly string[];
  readonly comment?: string;
  /** Index in `texts` of the step as it stands in the file. */
  readonly source: number;
}

/** One run of a trace on a subject. */
export interface RunEntry {
  readonly revision: string;
  readonly wire: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly rows: readonly Row[];
  /** Why it failed or was skipped. */
  readonly reason?: string;
  /** The step that failed: its index, -1 for the handshake. */
  readonly step?: number;
  /** Index in `rows` of the message that failed; absent where none came. */
  readonly row?: number;
  readonly expected?: string;
  readonly received?: string;
  readonly requirements?: readonly string[];
  /** The end of what the subject said beside the protocol. */
  readonly said?: string;
}

export interface TraceEntry {
  readonly path: string;
  readonly title: string;
  readonly role: "server" | "client";
  readonly wires: readonly string[];
  readonly steps: readonly StepEntry[];
  /** By revision: the messages as the trace has them, dressed for it. Its keys are the revisions that it is for. */
  readonly written: Readonly<Record<string, readonly Row[]>>;
  readonly runs: readonly RunEntry[];
}

/** How it stands with a requirement; the last four are those of the registry, where no run can say. */
export type RequirementState = "failed" | "passed" | "untested" | "covered" | "excused" | "open" | "allowed";

export interface RequirementEntry {
  readonly id: string;
  readonly level: string;
  readonly binds: string;
  readonly says: string;
  readonly state: RequirementState;
  readonly unobservable?: string;
  /** By wire: what the runs there showed. */
  readonly wires: Readonly<Record<string, "failed" | "passed" | "untested">>;
  /** Indices of the traces that name it. */
  readonly traces: readonly number[];
}

/** All that the page shows. */
export interface PageData {
  /** What was judged; absent where the page is for study alone. */
  readonly subject?: string;
  readonly revisions: readonly string[];
  /** The revisions that carry everything in each request. */
  readonly modern: readonly string[];
  readonly wires: readonly string[];
  /** Each text once, however often it crossed a wire. */
  readonly texts: readonly string[];
  readonly requirements: readonly RequirementEntry[];
  readonly traces: readonly TraceEntry[];
}
