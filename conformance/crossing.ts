/** One line of what crossed the wire. */
export interface Crossing {
  readonly by: "client" | "server" | "runner";
  /** Who spoke or was spoken to, where it was not the first caller. */
  readonly caller?: string;
  readonly text: string;
  /** Index of the step that sent it or took it, -1 for the handshake; absent where no step took it. */
  step?: number;
}
