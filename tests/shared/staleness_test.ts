import assert from "node:assert/strict";
import { DEFAULT_TICK_MS, staleAfterMs } from "../../shared/staleness.ts";

Deno.test("believes a snapshot for a second and a half, or three ticks if those take longer", () => {
  assert.equal(staleAfterMs(100), 1500);
  assert.equal(staleAfterMs(DEFAULT_TICK_MS), 1500);
  assert.equal(staleAfterMs(1000), 3000);
  assert.equal(staleAfterMs(5000), 15_000);
});
