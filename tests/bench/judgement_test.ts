import assert from "node:assert/strict";
import { createRandom } from "../../sidecar/demo/random.ts";
import { INCIDENT_KINDS, makeEvening, seedOf } from "./judgement/evening.ts";
import { judgeEvenings, judgeHealthyHours, judgeRecordings } from "./judgement/judge_set.ts";
import { Link } from "./judgement/link.ts";
import { scoreEvening } from "./judgement/score.ts";
import { isGood, LEAST_RIGHT_SHARE } from "./judgement/score_table.ts";
import { SendQueue } from "./judgement/send_queue.ts";
import { SimulatedWorld } from "./judgement/simulated_world.ts";

Deno.test("evenings to tune on and evenings to judge by share no seed", () => {
  const seeds = (set: "tuning" | "judged") =>
    Array.from({ length: 200 }, (_, index) => seedOf(index, set));
  const both = new Set([...seeds("tuning"), ...seeds("judged")]);
  assert.equal(both.size, 400);
});

Deno.test("the same seed makes the same evening", () => {
  const make = () => {
    const world = new SimulatedWorld(makeEvening(7, { kind: "uplink_dip", minutes: 8 }));
    for (let ms = 500; ms <= world.durationMs; ms += 500) world.advance(ms);
    return [world.truth(), world.answer({ requestType: "GetStats" })];
  };
  assert.deepEqual(make(), make());
});

Deno.test("every incident does harm, within its time", () => {
  for (const kind of INCIDENT_KINDS.filter((kind) => kind !== "nothing")) {
    for (const seed of [1, 2, 3, 4, 5]) {
      const evening = makeEvening(seed, { kind, minutes: 10 });
      const world = new SimulatedWorld(evening);
      for (let ms = 500; ms <= world.durationMs; ms += 500) world.advance(ms);
      const { trouble } = world.truth();
      assert.ok(trouble !== null, `${kind} ${seed}`);
      assert.ok(trouble.fromMs <= trouble.beganMs && trouble.beganMs < trouble.endedMs);
      assert.ok(trouble.endedMs < world.durationMs - 20_000, `${kind} ${seed} ends too late`);
    }
  }
});

Deno.test("the send queue loses nothing on a wide line, and about what a narrow one cannot take", () => {
  const lost = (capacityKbps: number) => {
    const queue = new SendQueue();
    const link = new Link({ kbps: capacityKbps, dips: [], random: createRandom(1) });
    let [frames, dropped, kbit] = [0, 0, 0];
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
      const sent = queue.run({
        nowMs,
        stepMs: 100,
        fps: 60,
        kbps: 6000,
        capacityKbps: link.capacityKbps(nowMs),
        drops: true,
      });
      frames += sent.frames;
      dropped += sent.dropped;
      kbit += sent.kbit;
    }
    return { share: dropped / frames, kbps: kbit / 60 };
  };
  assert.equal(lost(12_000).share, 0);
  const half = lost(3_000);
  assert.ok(half.share > 0.3 && half.share < 0.9, String(half.share));
  assert.ok(half.kbps <= 3_050, String(half.kbps));
});

Deno.test("an alert counts as false outside the trouble, and as late beyond hold and 2 s", () => {
  const truth = {
    cause: "network" as const,
    kind: "uplink_dip",
    trouble: { fromMs: 50_000, beganMs: 60_000, endedMs: 90_000 },
  };
  const alert = (firedMs: number, resolvedMs: number) => ({
    id: "network_drops:simple_stream",
    message: "",
    firedMs,
    resolvedMs,
  });
  assert.equal(isGood(scoreEvening(truth, [alert(61_000, 91_000)])), true);
  assert.equal(scoreEvening(truth, [alert(80_000, 91_000)]).foundLateMs > 0, true);
  assert.equal(scoreEvening(truth, [alert(61_000, 150_000)]).resolvedLateMs > 0, true);
  assert.equal(scoreEvening(truth, []).right, false);
  const early = scoreEvening(truth, [alert(20_000, 21_000), alert(61_000, 91_000)]);
  assert.deepEqual(early.falseAlerts.map(({ firedMs }) => firedMs), [20_000]);
});

Deno.test("names the right cause of 39 evenings, in time, and finds nothing in 3 healthy hours", async () => {
  const scores = [
    ...await judgeEvenings({ count: 39, set: "judged" }),
    ...await judgeHealthyHours({ hours: 3, set: "judged" }),
  ];
  const bad = scores.filter((score) => !isGood(score)).map(({ truth, falseAlerts }) =>
    `${truth.kind} ${falseAlerts.map(({ id }) => id)}`
  );
  assert.ok(bad.length <= (1 - LEAST_RIGHT_SHARE) * scores.length, bad.join("\n"));
});

Deno.test("an alert that had no time to end is not late, and one that had is", () => {
  const trouble = { fromMs: 10_000, beganMs: 10_000, endedMs: 30_000 };
  const alert = { id: "render_lag", message: "", firedMs: 15_000, resolvedMs: null };
  const late = (watchedMs: number) =>
    scoreEvening({ cause: "gpu", kind: "render_lag", trouble, watchedMs }, [alert]).resolvedLateMs;
  assert.equal(late(41_000), 0);
  assert.equal(late(43_000), Infinity);
});

Deno.test("names the right cause of what happened to a real OBS", async () => {
  const judged = await judgeRecordings();
  assert.ok(judged.length >= 10);
  const wrong = judged.filter(({ score }) => !score.right).map(({ name }) => name);
  assert.deepEqual(wrong, []);
});
