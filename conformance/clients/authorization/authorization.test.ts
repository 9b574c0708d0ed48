import { test } from "uvu";
import * as assert from "uvu/assert";
import { createJudge } from "../../judge.js";
import { bearerChallenge } from "../../testing/plain-client-authorization.js";
import { drivePlain } from "../../testing/plain-client.js";
import { REVISIONS } from "../../trace.js";
import type { Revision } from "../../trace.js";
import { loadClientTraces } from "../load.js";
import { clientMutants } from "../mutants/run.js";
import { replayClient } from "../replay.js";
import { functionClient } from "../subject.js";
import { runClientSuite } from "../suite.js";
import { World } from "./world.js";

const files = loadClientTraces().filter(({ page }) => page === "authorization");
const judge = createJudge();
const plain = functionClient("plain", ["http"], drivePlain);

test("a plain client passes every trace about authorization", async () => {
  const runs = await runClientSuite(files, plain, REVISIONS, ["http"], { judge, jobs: 4 });
  assert.ok(runs.length > 100, `${runs.length} runs`);
  for (const { file, revision, outcome } of runs)
    if (outcome.status !== "passed")
      assert.ok(
        outcome.status === "skipped" && /no address but loopback/.test(outcome.reason),
        `${file.path} ${revision}: ${outcome.reason}`,
      );
});

test("a client without authorization is not judged by them", async () => {
  const without = functionClient("without", ["http"], ({ authorization: _, ...asked }, target, signal) =>
    drivePlain(asked, target, signal),
  );
  const runs = await runClientSuite(files, without, ["2025-11-25"], ["http"], { judge, jobs: 4 });
  for (const { file, outcome } of runs) {
    assert.is(outcome.status, "skipped", file.path);
    if (outcome.status === "skipped") assert.equal([outcome.applies, outcome.covered], [false, []], file.path);
  }
});

const caught: readonly (readonly [string, Revision, string, string])[] = [
  ["no-pkce", "2025-03-26", "pkce", "2025-03-26/basic/authorization#implementation-requirements/2"],
  ["other-verifier", "2025-06-18", "pkce", "2025-06-18/basic/authorization#authorization-code-protection/1"],
  ["token-once", "2025-11-25", "tokens", "2025-11-25/basic/authorization#token-requirements/3"],
  ["foreign-token", "2026-07-28", "tokens", "2026-07-28/basic/authorization/index#token-handling/5"],
  [
    "iss-unread",
    "2026-07-28",
    "iss-with-a-slash",
    "2026-07-28/basic/authorization/index#authorization-response-validation/6",
  ],
  ["state-unread", "2025-06-18", "state-missing", "2025-06-18/basic/authorization#open-redirection/3"],
  [
    "unsigned-assertion",
    "2026-07-28",
    "service-with-a-key",
    "extensions/auth/specification/oauth-client-credentials#client-authentication-methods/1.1",
  ],
];
for (const [name, revision, trace, requirement] of caught)
  test(`${name} is caught by ${trace}, by the statement that it breaks`, async () => {
    const mutant = clientMutants.find((one) => one.name === name);
    const file = files.find(({ path }) => path === `clients/authorization/${trace}.json`);
    if (!mutant || !file) throw new Error("there is no such mutant or trace");
    const outcome = await replayClient(file.trace, revision, plain, "http", judge, {}, mutant.make);
    assert.is(outcome.status, "failed");
    if (outcome.status === "failed") assert.ok(outcome.requirements.includes(requirement), outcome.reason);
  });

const origins = new Map([
  ["server", "http://127.0.0.1:1"],
  ["issuer", "http://127.0.0.1:2"],
  ["other", "http://127.0.0.1:3"],
  ["resource", "http://127.0.0.1:1/mcp"],
]);
const form = (fields: Record<string, string>) => ({
  method: "POST",
  path: "/token",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});

test("the authorization server takes a code once, and only with its verifier", () => {
  const world = new World("2026-07-28", {}, origins);
  const open = (challenge: string) => {
    const query = new URLSearchParams({ redirect_uri: "http://127.0.0.1:9/", code_challenge: challenge, state: "s" });
    const visit = { at: "issuer", method: "GET", path: `/authorize?${query}`, headers: {}, body: "" };
    return new URL(world.answer(visit).reply.headers["Location"] ?? "").searchParams;
  };
  // The challenge that RFC 7636 gives as its example.
  const back = open("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  assert.equal([back.get("state"), back.get("iss")], ["s", "http://127.0.0.1:2"]);
  const redeem = (code: string, code_verifier: string, at = "issuer") =>
    world.answer({ at, ...form({ grant_type: "authorization_code", code, code_verifier }) }).reply.status;
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  assert.is(redeem(back.get("code") ?? "", verifier), 200);
  assert.is(redeem(back.get("code") ?? "", verifier), 400);
  assert.is(redeem(open("other").get("code") ?? "", verifier), 400);
  assert.is(redeem(open("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").get("code") ?? "", verifier, "other"), 400);
});

test("requests for what nobody has are answered, too", () => {
  const world = new World("2025-11-25", {}, origins);
  for (const path of ["//", "*", "/%", "/.well-known/other", "/browser", "/browser?url=nothing", "/authorize"])
    assert.ok(world.answer({ at: "server", method: "GET", path, headers: {}, body: "{" }).reply.status >= 400, path);
});

test("the plain client finds the challenge Bearer among others", () => {
  assert.equal(bearerChallenge('Basic realm="a, Bearer b=c", Bearer scope="x y", error=invalid_token'), {
    scope: "x y",
    error: "invalid_token",
  });
  assert.equal(bearerChallenge("Basic realm=a"), {});
});

test.run();
