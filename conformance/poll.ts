import type { Dialogue } from "./dialogue.js";
import { Failure } from "./failure.js";
import { match, resolve } from "./match.js";
import type { Bindings } from "./match.js";
import type { Sending } from "./sending.js";
import { member } from "./trace.js";
import type { JsonObject, PollStep, RepeatStep } from "./trace.js";

/** Between an answer and the next request. */
const PAUSE_MS = 20;
/** A hasty poll has so many deadlines: it is about what takes hundreds of requests, however slow the wire is. */
const HASTY_DEADLINES = 4;

/**
 * Sends a request until its answer matches, for what a server comes to in its own time and need not tell. Names are
 * kept from the answer that matched alone. Fails after the deadline of an expectation, and at once on an error that
 * does not match.
 */
export async function poll(step: PollStep, dialogue: Dialogue, bindings: Bindings, sending: Sending): Promise<void> {
  const deadline = performance.now() + dialogue.timing.timeoutMs * (step.hasty ? HASTY_DEADLINES : 1);
  for (;;) {
    const id = dialogue.pollId();
    await dialogue.send({ ...(resolve(step.poll, bindings) as JsonObject), id }, sending);
    const { message } = await dialogue.next(JSON.stringify(step.until));
    const seen = JSON.stringify(message);
    if (member(message, "id") !== id) throw new Failure("a message that nobody expects", `the answer to ${id}`, seen);
    const tried: Bindings = new Map(bindings);
    const mismatch = match(step.until, message, "", tried);
    if (!mismatch) {
      for (const [name, value] of tried) bindings.set(name, value);
      return;
    }
    if (member(message, "error") !== undefined || performance.now() > deadline) {
      throw new Failure(`${mismatch.path} differs`, mismatch.expected, `${mismatch.received} in ${seen}`);
    }
    if (!step.hasty) await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  }
}

/**
 * Sends a notification again and again until a message comes, which has to match. Fails after the deadline of an
 * expectation: what has to come may not be put off by it.
 */
export async function repeat(
  step: RepeatStep,
  dialogue: Dialogue,
  bindings: Bindings,
  sending: Sending,
): Promise<void> {
  const deadline = performance.now() + dialogue.timing.timeoutMs;
  for (;;) {
    await dialogue.send(resolve(step.repeat, bindings), sending);
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
    if (dialogue.hasMessage) break;
    if (performance.now() > deadline) throw new Failure("nothing came", JSON.stringify(step.until), "nothing");
  }
  const { message } = await dialogue.next(JSON.stringify(step.until));
  const mismatch = match(step.until, message, "", bindings);
  if (mismatch) {
    const seen = `${mismatch.received} in ${JSON.stringify(message)}`;
    throw new Failure(`${mismatch.path} differs`, mismatch.expected, seen);
  }
}
