import { FakeClock as Turned } from "../../protocol/fake-clock.js";

/** Lets everything run that waits for nothing but its turn, what comes over sockets included. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The clock of tests that speak over sockets. */
export class FakeClock extends Turned {
  constructor() {
    super(settled);
  }
}
