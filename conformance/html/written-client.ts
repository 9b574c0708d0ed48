import { dress, initialized, isModern } from "../clients/default-answers.js";
import type { ClientStep, ClientTrace } from "../clients/trace.js";
import { holdsIn } from "../trace.js";
import type { Revision } from "../trace.js";
import type { Row } from "./page-data.js";

/** The messages of a trace that judges a client, as they would cross in `revision`. */
export function writtenClientRows(
  trace: ClientTrace,
  revision: Revision,
  intern: (text: string) => number,
): readonly Row[] {
  const rows: Row[] = [];
  const add = (by: Row[0], step: number, text: string, note?: string) =>
    rows.push(note === undefined ? [by, step, intern(text)] : [by, step, intern(text), { note }]);
  const said = (by: Row[0], step: number, value: unknown, note?: string) => add(by, step, JSON.stringify(value), note);

  add("note", -1, `the client is asked: ${JSON.stringify(trace.scenario)}`);
  if (trace.authorization) add("note", -1, `around the server: ${JSON.stringify(trace.authorization)}`);
  if (!isModern(revision) && trace.handshake !== false && !trace.authorization) {
    said("client", -1, { method: "initialize" });
    said("server", -1, { result: initialized(trace.server ?? {}, revision) });
    said("client", -1, { method: "notifications/initialized" });
  }
  const play = (step: ClientStep, at: number) => {
    if ("await" in step) {
      said("client", at, step.await, "what the scenario asks for");
      if (step.expect) said("client", at, step.expect, "what it has to be");
    } else if ("expect" in step) said("client", at, step.expect);
    else if ("send" in step)
      said("server", at, step.dress === false ? step.send : dress(step.send, revision, undefined));
    else if ("raw" in step) add("server", at, step.raw, "these bytes");
    else if ("never" in step) said("note", at, step.never, "never from here on");
    else if ("came" in step) said("note", at, step.came, `has come, ${step.times ?? 1} times or more`);
    else add("note", at, JSON.stringify({ ...step, covers: undefined }));
  };
  for (const [at, step] of trace.steps.entries()) if (holdsIn(step.only, revision)) play(step, at);
  return rows;
}
