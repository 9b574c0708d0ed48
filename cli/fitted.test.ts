import { test } from "uvu";
import * as assert from "uvu/assert";
import { fitted } from "./fitted.js";

test("paragraphs are filled, options go on below themselves, what fits stays", () => {
  const usage = `Usage: barewire x FILE [--one ONE] [--two TWO]
       barewire x --other

A first line of a
paragraph of two.

  --one ONE  is told in more words than fit
             into a line
  --two TWO  is short

Exit codes: 0 done.
`;
  assert.is(
    fitted(usage, 30),
    `Usage: barewire x FILE
         [--one ONE] [--two
         TWO]
       barewire x --other

A first line of a paragraph of
two.

  --one ONE  is told in more
             words than fit
             into a line
  --two TWO  is short

Exit codes: 0 done.
`,
  );
});

test.run();
