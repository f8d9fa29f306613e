import assert from "node:assert/strict";
import { parseArguments, UsageError } from "./arguments.ts";

const options = { names: ["torn-reads", "kill-9"], defaults: { reads: 1_000_000, kills: 1000 } };

Deno.test("nothing named means everything, as long as usual", () => {
  assert.deepEqual(parseArguments([], options), {
    names: new Set(["torn-reads", "kill-9"]),
    numbers: { reads: 1_000_000, kills: 1000 },
  });
});

Deno.test("sections are chosen and runs shortened", () => {
  assert.deepEqual(parseArguments(["kill-9", "--kills", "100"], options), {
    names: new Set(["kill-9"]),
    numbers: { reads: 1_000_000, kills: 100 },
  });
  assert.deepEqual(options.defaults, { reads: 1_000_000, kills: 1000 });
});

Deno.test("what is unknown or no number is refused with what there is", () => {
  const refused: [string[], RegExp][] = [
    [["kills"], /"kills" is unknown. There is: torn-reads, kill-9, --reads N, --kills N/],
    [["--minutes", "3"], /"--minutes" is unknown/],
    [["--kills"], /--kills must be a whole number from 1, is missing/],
    [["--kills", "0"], /is 0/],
    [["--kills", "1e3"], /is 1e3/],
    [["--kills", "-5"], /is -5/],
    [["--toString", "5"], /"--toString" is unknown/],
  ];
  for (const [args, message] of refused) {
    assert.throws(() => parseArguments(args, options), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
});
