import { test } from "uvu";
import * as assert from "uvu/assert";
import { LocalChangeBus, type Change } from "./changes.js";
import { turn } from "./wire.test.kit.js";

const unexpected = (error: unknown) => {
  throw error;
};

test("what happens several times in one turn is told once; different things each", async () => {
  const bus = new LocalChangeBus(unexpected);
  const heard: Change[] = [];
  bus.subscribe((change) => heard.push(change));
  for (let i = 0; i < 3; i++) {
    bus.publish({ list: "tools" });
    bus.publish({ uri: "tools" });
    bus.publish({ uri: "x://y" });
  }
  assert.equal(heard, []);
  await turn();
  assert.equal(heard, [{ list: "tools" }, { uri: "tools" }, { uri: "x://y" }]);
  bus.publish({ list: "tools" });
  await turn();
  assert.is(heard.length, 4);
});

test("listeners come and go, while being told too", async () => {
  const bus = new LocalChangeBus(unexpected);
  const heard: string[] = [];
  const stop = bus.subscribe(() => {
    heard.push("first");
    stop();
  });
  bus.subscribe(() => heard.push("second"));
  bus.publish({ list: "tools" });
  await turn();
  bus.publish({ list: "tools" });
  await turn();
  assert.equal(heard, ["first", "second", "second"]);
});

test("one listener that throws does not keep the others from hearing", async () => {
  const thrown: unknown[] = [];
  const bus = new LocalChangeBus((error) => thrown.push((error as Error).message));
  const heard: Change[] = [];
  bus.subscribe(() => {
    throw new Error("deaf");
  });
  bus.subscribe((change) => heard.push(change));
  bus.publish({ list: "tools" });
  bus.publish({ list: "prompts" });
  await turn();
  assert.equal(heard, [{ list: "tools" }, { list: "prompts" }]);
  assert.equal(thrown, ["deaf", "deaf"]);
});

test.run();
