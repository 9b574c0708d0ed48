// Verifiers of one's own that say something else than they may: nobody is let in by that.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FakeClock } from "../protocol/fake-clock.js";
import { protectedHandler, protectOptions, whoServer } from "./testing/protected.js";
import type { ProtectOptions } from "./gate.js";

const clock = new FakeClock();

/** A protected server whose verifier says this of everybody. */
function saying(said: object, more: Partial<ProtectOptions> = {}) {
  const errors: unknown[] = [];
  const verify = () => ({ issuer: "own", subject: "alice", scopes: [], ...said });
  const options = protectOptions(clock, { verify, onError: (error) => errors.push(error), ...more });
  return { ask: protectedHandler(options, whoServer(clock)), errors };
}

for (const member of ["expiresAt", "takenUntil"]) {
  test(`${member} has to be a number`, async () => {
    for (const end of [NaN, -Infinity, "2100-01-01", new Date(0), null, 1n, { valueOf: () => 1 }]) {
      const { ask, errors } = saying({ [member]: end });
      assert.is((await ask({ token: "x" })).status, 503, String(end));
      assert.is(errors.length, 1);
      assert.ok(errors[0] instanceof TypeError);
      assert.match(errors[0].message, new RegExp(`^"${member}" must be milliseconds since the epoch, got `));
    }
    for (const end of [undefined, Infinity, clock.now() + 1])
      assert.is((await saying({ [member]: end }).ask({ token: "x" })).status, 200, String(end));
  });
}

test("boundTo has to be a text, or no key is asked for and nobody let in", async () => {
  for (const boundTo of [{ jkt: "x" }, [], true, 1, 0, null, ""]) {
    const { ask } = saying({ boundTo }, { dpop: true });
    for (const authorization of ["DPoP x", "Bearer x"])
      assert.is((await ask({ authorization })).status, 401, JSON.stringify([boundTo, authorization]));
  }
});

test.run();
