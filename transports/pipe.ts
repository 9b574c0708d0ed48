import { receiveBatch, refusalOf } from "../protocol/batch.js";
import type { Endpoint } from "../protocol/endpoint.js";
import { Exchange, type Auth } from "../protocol/exchange.js";
import type { Message, Response } from "../protocol/jsonrpc.js";
import { Peer } from "../protocol/peer.js";

/** Takes whatever goes to the other side: a message, or the answers to a batch. */
export type Write = (message: Message | readonly Response[]) => void;

/** A request on a pipe: everything goes down the one channel that there is. */
class PipeExchange extends Exchange {
  readonly #write: Write;

  constructor(write: Write, auth: Auth | undefined) {
    super(auth);
    this.#write = write;
  }

  protected deliver(message: Message): void {
    this.#write(message);
  }
}

/**
 * A channel that all messages of one client share, both eras among each other: stdio, or two ends in memory.
 * Page: `2026-07-28/basic/transports/stdio`.
 */
export class Pipe {
  readonly peer: Peer;
  readonly #endpoint: Endpoint;
  readonly #write: Write;
  readonly #auth: Auth | undefined;
  #working = 0;
  #onIdle: (() => void) | undefined;

  constructor(endpoint: Endpoint, write: Write, auth?: Auth) {
    this.#endpoint = endpoint;
    this.#write = write;
    this.#auth = auth;
    this.peer = new Peer({ push: write }, { clock: endpoint.clock, maxInFlight: endpoint.limits.maxInFlight });
  }

  /** Takes the text of one message. */
  receiveText(text: string): void {
    let message: unknown;
    try {
      message = this.#endpoint.parse(text);
    } catch (error) {
      this.refuse(error);
      return;
    }
    this.receive(message);
  }

  /**
   * Takes one parsed message, with who sent it where that is not known of the whole channel. Never waits for its
   * answer: a handler may need what comes next.
   */
  receive(message: unknown, auth = this.#auth): void {
    const answer = Array.isArray(message)
      ? receiveBatch(message, this.#endpoint, this.peer, () => new PipeExchange(this.#write, auth))
      : this.#endpoint.receive(message, this.peer, new PipeExchange(this.#write, auth));
    if (!(answer instanceof Promise)) {
      if (answer) this.#write(answer);
      return;
    }
    this.#working += 1;
    answer.then(
      (response: Response | readonly Response[] | undefined) => {
        if (response) this.#write(response);
        this.#done();
      },
      (error: unknown) => {
        this.refuse(error);
        this.#done();
      },
    );
  }

  /** Answers what could not be received at all. */
  refuse(error: unknown): void {
    this.#write(refusalOf(undefined, error));
  }

  /** Resolves when no message is being worked on. */
  idle(): Promise<void> {
    return this.#working === 0 ? Promise.resolve() : new Promise((resolve) => (this.#onIdle = resolve));
  }

  #done(): void {
    this.#working -= 1;
    if (this.#working === 0) this.#onIdle?.();
  }
}
