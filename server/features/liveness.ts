import type { Peer } from "../../protocol/peer.js";
import { questionsTo } from "../../protocol/questions.js";
import { QuestionFailed, Refusal } from "../../protocol/errors.js";
import { milliseconds, wholeNumber } from "../../protocol/options.js";
import type { Server } from "../server.js";

/** Pings of our own, to find legacy peers that are gone without having said so. */
export interface LivenessOptions {
  /** Milliseconds between the answer to one ping and the next one. */
  readonly everyMs: number;
  /** Milliseconds to wait for an answer. Default 10,000. */
  readonly timeoutMs?: number;
  /** Pings in a row that may go unanswered before the peer counts as dead. Default 2. */
  readonly failures?: number;
}

/** Fills in what is left out. Throws a TypeError that names the option which makes no sense. */
export const readLiveness = ({ everyMs, timeoutMs, failures }: LivenessOptions): Required<LivenessOptions> => ({
  everyMs: milliseconds(everyMs, Infinity, "ping.everyMs", 1),
  timeoutMs: milliseconds(timeoutMs, 10_000, "ping.timeoutMs", 1),
  failures: wholeNumber(failures, 2, "ping.failures"),
});

/**
 * Pings a session as often as the server's options ask, and closes its peer when it stays silent. Returns how to stop.
 * Page: `2025-11-25/basic/utilities/ping#implementation-considerations`.
 */
export function watchLiveness(server: Server, peer: Peer): (() => void) | undefined {
  const { ping } = server;
  if (!ping) return undefined;
  const { everyMs, timeoutMs, failures } = ping;
  let failed = 0;
  let stopTimer: () => void;
  let stopped = false;
  const wait = () => {
    if (peer.closed || stopped) return;
    stopTimer = server.clock.after(everyMs, () => {
      questionsTo(peer)
        .ask("ping", undefined, timeoutMs)
        .then(
          () => {
            failed = 0;
            wait();
          },
          (error: unknown) => {
            // An error is an answer too: whoever sent it is alive.
            if (!(error instanceof QuestionFailed && error.code === "request_timeout")) failed = -1;
            if (peer.closed || stopped) return;
            if (++failed < failures) return wait();
            server.onError(error, "ping");
            peer.close(new Refusal("connection_closed", -32603, `The client left ${failures} pings unanswered`));
          },
        );
    });
  };
  wait();
  return () => {
    stopped = true;
    stopTimer();
  };
}
