import { test } from "uvu";
import type { HttpOptions } from "../http/fetch.js";
import { testServer } from "./http-server.js";
import { adapters, type HttpWire } from "./http-wire.js";

export type TestServer = ReturnType<typeof testServer>;

/** A test that has to hold on both adapters. */
export function both(
  name: string,
  body: (wire: HttpWire, set: TestServer, adapter: string) => Promise<void>,
  options: HttpOptions = {},
  limits: Parameters<typeof testServer>[0] = {},
): void {
  for (const [adapter, open] of Object.entries(adapters)) {
    test(`${name} (${adapter})`, async () => {
      const set = testServer(limits);
      const wire = await open(set.server, options);
      try {
        await body(wire, set, adapter);
      } finally {
        set.gate.open();
        const stopped = wire.stop();
        await set.clock.advance(10_000);
        await stopped;
      }
    });
  }
}
