import assert from "node:assert/strict";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { until } from "../peers/until.ts";

const OFTEN = { everyMs: 2 };

Deno.test("each look is called again and again, until it is taken off", async () => {
  const heartbeat = createHeartbeat(OFTEN);
  const looks = { one: 0, other: 0 };
  const one = heartbeat.add(() => looks.one++);
  using _other = heartbeat.add(() => looks.other++);
  await until(() => looks.one >= 2 && looks.other >= 2, { what: "both have looked twice" });
  one[Symbol.dispose]();
  const { one: before, other } = looks;
  await until(() => looks.other >= other + 2, { what: "the other goes on" });
  assert.equal(looks.one, before);
});

Deno.test("a look that is taken off by one before it in the same beat is not called", async () => {
  const heartbeat = createHeartbeat(OFTEN);
  let beats = 0;
  using _first = heartbeat.add(() => {
    beats++;
    second[Symbol.dispose]();
  });
  const second = heartbeat.add(() => assert.fail("it was taken off"));
  await until(() => beats >= 2, { what: "the first has looked twice" });
});

Deno.test("begins anew after the last look was taken off", async () => {
  const heartbeat = createHeartbeat(OFTEN);
  heartbeat.add(() => {})[Symbol.dispose]();
  let looks = 0;
  using _again = heartbeat.add(() => looks++);
  await until(() => looks >= 2, { what: "the new one has looked twice" });
});
