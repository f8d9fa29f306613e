import assert from "node:assert/strict";
import { parseProcess } from "./process_figures.ts";

const STAT =
  "4242 (de) no (x) S 17 4242 1 0 -1 4194560 900 7 0 0 250 50 3 1 20 0 9 0 5123 900000000 9300";

Deno.test("a process is read from proc, whatever its name holds", () => {
  assert.deepEqual(
    parseProcess(STAT, "Name:\tdeno\nVmRSS:\t   38000 kB\nRssAnon:\t    9000 kB\nVmSwap:\t 0 kB\n"),
    {
      parentPid: 17,
      cpuSeconds: 3.04,
      residentBytes: 38_912_000,
      ownBytes: 9_216_000,
    },
  );
});

Deno.test("a process that has just ended holds no memory", () => {
  assert.equal(parseProcess(STAT, "Name:\tdeno\nState:\tZ (zombie)\n").residentBytes, 0);
});

Deno.test("what is no process is an error", () => {
  assert.throws(() => parseProcess("", ""), /Cannot read a process/);
  assert.throws(() => parseProcess("1 (x) S 2 3", ""), /Cannot read a process/);
});
