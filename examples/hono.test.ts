import { test } from "uvu";
import * as assert from "uvu/assert";
import { speaksLegacy, speaksModern } from "./testing/mounted.js";
import { withServed } from "./testing/served.js";

test("both eras, beside the application's own routes", () =>
  withServed("hono", {}, async (url) => {
    await speaksLegacy(url);
    await speaksModern(url);
    assert.match(await (await fetch(new URL("/", url))).text(), "/mcp");
  }));

test.run();
