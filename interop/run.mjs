// @ts-check
// npm test: other people's clients against the server that ../dist holds. `--no-build` takes ../dist as it is.
// A word picks the rows that contain it.
import { deepEqual, equal, ok } from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { within } from "./arrivals.mjs";
import { checks } from "./checks/index.mjs";
import { resumption } from "./checks/resumption.mjs";
import { subjects } from "./clients.mjs";
import { cleanUp, startHttp, survivors } from "./processes.mjs";

const perCheckMs = 5000;
const inAllMs = 55_000;
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));

if (!process.argv.includes("--no-build") || !existsSync(path("../dist/index.js"))) {
  const { status } = spawnSync(process.execPath, [path("../scripts/build.mjs")], { stdio: "inherit", timeout: 30_000 });
  if (status !== 0) {
    console.error("The build failed; it needs what `npm install` in the repository's root brings.");
    process.exit(1);
  }
}

const counts = { passed: 0, failed: 0, inapplicable: 0 };
const shows = (row) => words.every((word) => row.includes(word));

function finish(exitCode) {
  cleanUp();
  console.log(`${counts.inapplicable} not applicable`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(exitCode);
}

const indented = (error) => String(error?.stack ?? error).replace(/^/gm, "        ");

function giveUp(error) {
  counts.failed += 1;
  console.log(`FAIL  the run as a whole\n${indented(error)}`);
  finish(1);
}

// Whatever hangs or is thrown where nobody looks, this ends, and nothing is left behind.
setTimeout(() => giveUp(`not over after ${inAllMs} ms`), inAllMs - performance.now());
process.on("uncaughtException", giveUp);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => giveUp(signal));

/** Runs one check and prints its row. A check that cannot hang is still not trusted not to. */
async function check(row, run) {
  const begun = performance.now();
  try {
    await within(perCheckMs, run(), row);
    counts.passed += 1;
    console.log(`ok    ${row} (${Math.round(performance.now() - begun)} ms)`);
    return true;
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL  ${row}\n${indented(error)}`);
    return false;
  }
}

/** All checks of one client on one connection. */
async function drive(subject, service) {
  const link = new subject.Link(subject, service);
  const name = `${subject.client} (${subject.how}) · ${subject.revision} · ${link.wire}`;
  let connected = true;
  for (const { name: what, run, lacks } of checks) {
    const row = `${name} · ${what}`;
    const reason = lacks?.(link);
    if (reason) {
      counts.inapplicable += 1;
      console.log(`n/a   ${row}: ${reason}`);
    } else if (!connected) {
      await check(row, () => Promise.reject(new Error("not connected")));
    } else {
      const passed = await check(row, () => run(link));
      if (what === "connect") connected = passed;
    }
  }
  await within(perCheckMs, Promise.resolve(link.client?.close()), "closing").catch(() => {});
}

const service = await startHttp();
for (const subject of subjects) {
  for (const wire of subject.wire ? [subject.wire] : ["stdio", "http"]) {
    if (shows(`${subject.client} (${subject.how}) · ${subject.revision} · ${wire}`))
      await drive(subject, wire === "stdio" ? undefined : service);
  }
}

/** Those that a session over Streamable HTTP is for. */
const overHttp = subjects.filter(({ wire }) => wire === undefined);
for (const subject of overHttp.filter(({ era }) => era === "legacy")) {
  for (const { name: what, run, lacks } of resumption) {
    const row = `${subject.client} (${subject.how}) · ${subject.revision} · http · ${what}`;
    if (!shows(row)) continue;
    const links = [1, 2, 3].map(() => new subject.Link(subject, service));
    const reason = subject.revision === "2024-11-05" ? "2024-11-05 has no resumption" : lacks?.(links[0]);
    if (reason) {
      counts.inapplicable += 1;
      console.log(`n/a   ${row}: ${reason}`);
      continue;
    }
    await check(row, () => run(...links));
    for (const { client } of links)
      await within(perCheckMs, Promise.resolve(client?.close()), "closing").catch(() => {});
  }
}

/** Connects each of `some` to one server. */
async function connectAll(some, to) {
  const links = some.map((subject) => new subject.Link(subject, to));
  await Promise.all(links.map((link) => link.connect()));
  return links;
}

if (shows("all clients at once · http")) {
  await check("all clients at once · http · each sees the tool that another one added", async () => {
    const links = await connectAll(overHttp, service);
    const name = `shared-${randomUUID()}`;
    await links[0].call({ name: "grow", arguments: { name } });
    await Promise.all(links.map((link) => link.lists.until(() => true)));
    const answers = await Promise.all(links.map((link) => link.call({ name })));
    for (const { content } of answers) deepEqual(content, [{ type: "text", text: `I am ${name}` }]);
    await Promise.all(links.map((link) => link.transport.terminateSession().then(() => link.client.close())));
    await service.silent();
  });
  await check("all clients at once · http · a server that is told to end ends", async () => {
    const other = await startHttp();
    const links = await connectAll(overHttp, other);
    const subscriptions = links.map(({ client }) => client.autoOpenedSubscription).filter(Boolean);
    equal(subscriptions.length, subjects.filter(({ era }) => era === "modern").length);
    other.stop();
    // The client tells an end that was announced by the result from a connection that broke.
    for (const { closed } of subscriptions) equal(await closed, "graceful");
    deepEqual(await other.ended, { code: 0, signal: null });
    deepEqual(other.complaints.all, []);
    await Promise.all(links.map(({ client }) => client.close()));
  });
}

await check("the server over HTTP · ends when told, without a complaint", async () => {
  service.stop();
  deepEqual(await service.ended, { code: 0, signal: null });
  deepEqual(service.complaints.all, []);
});
await check("no process is left", async () =>
  ok(survivors().length === 0, `${survivors().length} servers are still there`),
);
finish(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
