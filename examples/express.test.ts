import { test } from "uvu";
import * as assert from "uvu/assert";
import { speaksLegacy, speaksModern } from "./testing/mounted.js";
import { withServed } from "./testing/served.js";

test("both eras, before and behind express.json(), beside the application's own routes", () =>
  withServed("express", {}, async (url) => {
    for (const path of ["/mcp", "/api/mcp"]) {
      await speaksLegacy(new URL(path, url).href);
      await speaksModern(new URL(path, url).href);
    }
    assert.match(await (await fetch(new URL("/", url))).text(), "/mcp");
  }));

test.run();
