import assert from "node:assert/strict";
import { timeOfDay } from "../../shared/time_of_day.ts";

Deno.test("tells the time of day here, to the second", () => {
  const date = new Date(2026, 1, 3, 4, 5, 6);
  assert.equal(timeOfDay(date.getTime()), "04:05:06");
});
