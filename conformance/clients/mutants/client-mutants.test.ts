import { test } from "uvu";
import * as assert from "uvu/assert";
import { bindsRole, loadRequirements } from "../../requirements.js";
import { loadClientTraces } from "../load.js";
import { clientMutants, tryClientMutants } from "./run.js";

test("each mutant of a client has a name of its own and breaks statements that bind a client and have traces", () => {
  assert.ok(clientMutants.length >= 40, `${clientMutants.length}`);
  assert.is(new Set(clientMutants.map(({ name }) => name)).size, clientMutants.length);
  const known = new Map(loadRequirements("conformance/requirements").flatMap((one) => one.ids.map((id) => [id, one])));
  const covered = new Set(loadClientTraces().flatMap(({ trace }) => trace.steps.flatMap(({ covers }) => covers ?? [])));
  for (const { name, breaks } of clientMutants)
    for (const id of breaks) {
      const one = known.get(id);
      assert.ok(one && bindsRole(one, "client") && one.level !== "MAY", `${name}: ${id}`);
      assert.ok(covered.has(id), `${name}: no trace is about ${id}`);
    }
});

test("some of them are caught by the statements that they break; npm run mutants -- --client tries all", async () => {
  const words = [
    "id-null",
    "silent-to-ping",
    "hides-roots",
    "forgets-session",
    "state-changed",
    "mirrors-nothing",
    "any-issuer",
  ];
  const fates = await tryClientMutants(words, 4, () => undefined);
  assert.ok(fates.length >= words.length);
  for (const { name, requirement, wire, caughtBy, missed } of fates)
    assert.ok(caughtBy.length > 0, `${name} ${requirement} ${wire}: ${missed.join()}`);
});

test.run();
