// @ts-check
// What clients do when a connection is lost or ended: each on connections of its own, since they report the loss.
import { deepEqual, equal, ok } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { texts } from "./expectations.mjs";

/** A call of `count` that has told its progress, and waits to be released. */
async function counting(link, options = {}) {
  const call = randomUUID();
  let told = () => {};
  const toldAll = new Promise((resolve) => (told = resolve));
  const onprogress = ({ progress }) => progress === 3 && told();
  const answer = link.call({ name: "count", arguments: { call } }, { onprogress, ...options });
  answer.catch(() => {});
  await toldAll;
  return { call, answer };
}
const release = (link, call) => link.call({ name: "release", arguments: { call } });
const resumed = (link) => link.http.all.filter(({ method, lastEventId }) => method === "GET" && lastEventId !== null);

export const resumption = [
  {
    name: "the connection of a call breaks, and its answer comes on another one",
    async run(link) {
      await link.connect();
      const { call, answer } = await counting(link);
      link.cut();
      await release(link, call);
      deepEqual(texts(await answer), ["counted"]);
      deepEqual(
        resumed(link).map(({ status }) => status),
        [200],
      );
      await link.transport.terminateSession();
    },
  },
  {
    name: "the server ends the connection of a call, and the client polls",
    lacks: (link) => link.subject.revision !== "2025-11-25" && "came with 2025-11-25",
    async run(link) {
      await link.connect();
      const call = randomUUID();
      const onprogress = () =>
        link.http.until(({ lastEventId }) => lastEventId !== null).then(() => release(link, call));
      deepEqual(texts(await link.call({ name: "poll", arguments: { call } }, { onprogress })), ["polled"]);
      ok(resumed(link).length > 0);
      deepEqual(link.errors.all.map(String), []);
      await link.transport.terminateSession();
    },
  },
  {
    name: "another process takes a call up by its resumption token",
    async run(link, other, third) {
      await Promise.all([link.connect(), third.connect()]);
      const tokens = [];
      const { call } = await counting(link, { onresumptiontoken: (token) => tokens.push(token) });
      ok(tokens.length >= 3);
      await link.client.close();
      await other.takeUp(link);
      const answer = other.call({ name: "count", arguments: { call } }, { resumptionToken: tokens.at(-1) });
      answer.catch(() => {});
      // Its ids begin anew, so that what it asks for otherwise would bear the id of the call.
      await release(third, call);
      deepEqual(texts(await answer), ["counted"]);
      equal(resumed(other)[0].lastEventId, tokens.at(-1));
      await Promise.all([other, third].map(({ transport }) => transport.terminateSession()));
    },
  },
];
