import assert from "node:assert/strict";
import { momentIn } from "../../../dock/models/sessions/time_of_day.ts";
import { at } from "../example_session.ts";

const EVENING = { from: at(19, 2, 30), to: at(22, 14) };

Deno.test("finds a time of day within an evening, however it is written", () => {
  for (const text of ["21:14", " 21.14 ", "2114", "21:14:00"]) {
    assert.equal(momentIn(text, EVENING), at(21, 14), text);
  }
  assert.equal(momentIn("21:14:05", EVENING), at(21, 14, 5));
});

Deno.test("the minute in which an evening began belongs to it", () => {
  assert.equal(momentIn("19:02", EVENING), EVENING.from);
  assert.equal(momentIn("19:02:29", EVENING), null);
  assert.equal(momentIn("19:01", EVENING), null);
  assert.equal(momentIn("22:15", EVENING), null);
});

Deno.test("finds a time after midnight, and the newest of two", () => {
  const night = { from: at(23, 0), to: at(23, 0) + 3 * 3_600_000 };
  assert.equal(momentIn("1:30", night), at(1, 30) + 86_400_000);
  const days = { from: at(10, 0), to: at(10, 0) + 50 * 3_600_000 };
  assert.equal(momentIn("11:00", days), at(11, 0) + 2 * 86_400_000);
});

Deno.test("what is no time of day is not found", () => {
  for (const text of ["", "noon", "25:00", "21:60", "9pm", "21:14:99"]) {
    assert.equal(momentIn(text, EVENING), null, text);
  }
});
