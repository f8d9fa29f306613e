import assert from "node:assert/strict";
import { silentLog } from "../../sidecar/log/log.ts";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";

const OFTEN = { everyMs: 2, log: silentLog };

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

Deno.test("a look that throws is told of once, and keeps neither itself nor the others back", async () => {
  const { log, lines } = keptLog();
  using heartbeat = createHeartbeat({ everyMs: 2, log });
  const looks = { bad: 0, good: 0 };
  heartbeat.add(() => {
    looks.bad++;
    throw new Error("no such method");
  });
  heartbeat.add(() => looks.good++);
  await until(() => looks.bad >= 3 && looks.good >= 3, { what: "both go on" });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^error: .*mistake of its own\. \| Error: no such method/);
});

Deno.test("nobody is called any more after its end, and no timer is left", () => {
  const heartbeat = createHeartbeat(OFTEN);
  const look = heartbeat.add(() => assert.fail("it has ended"));
  heartbeat[Symbol.dispose]();
  heartbeat.add(() => assert.fail("it has ended"));
  look[Symbol.dispose]();
});
