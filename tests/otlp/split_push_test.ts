import assert from "node:assert/strict";
import type { HistoryRow } from "../../sidecar/history/row.ts";
import type { MetricPoint } from "../../sidecar/otlp/metric_points.ts";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import type { PushOutcome } from "../../sidecar/otlp/push_outcome.ts";
import { type MomentPoints, type Settled, SplitPush } from "../../sidecar/otlp/split_push.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";

const [METRIC] = OTLP_METRICS;
assert.ok(METRIC !== undefined);
const BUSY: PushOutcome = { kind: "busy", waitMs: 120_000, message: "busy" };
const TAKEN: PushOutcome = { kind: "accepted", rejected: 0, message: null };
const BAD: PushOutcome = { kind: "refused", isTooOld: false, message: "bad" };
const OLD: PushOutcome = { kind: "refused", isTooOld: true, message: "old" };

/** A moment; the value of a bad figure is 1. */
function moment(id: number, { figures, bad }: { figures: number; bad: number[] }): MomentPoints {
  const row: HistoryRow = {
    ...exampleTelemetry(),
    id,
    written_at_ms: id * 5000,
    ranges: new Map(),
  };
  const position = { rowId: id, pickedMs: id * 5000, counters: {} };
  const points = Array.from({ length: figures }, (_, i): MetricPoint => ({
    metric: METRIC as typeof OTLP_METRICS[number],
    point: { startTime: [id, 0], endTime: [id, 0], attributes: {}, value: bad.includes(i) ? 1 : 0 },
  }));
  return { moment: { row, position }, points };
}

/** A backend that refuses what holds a bad figure, and says something else where a test wants it. */
function rig({ refusal = BAD, instead = () => null }: {
  refusal?: PushOutcome;
  instead?: (request: number) => PushOutcome | null;
} = {}) {
  const sent: (readonly MetricPoint[])[] = [];
  const settled: Settled[] = [];
  const sum = (field: "accepted" | "refused" | "tooOld") =>
    settled.reduce((total, one) => total + one[field], 0);
  const push = new SplitPush({
    push(points) {
      sent.push(points);
      const isBad = points.some(({ point }) => point.value === 1);
      return Promise.resolve(instead(sent.length) ?? (isBad ? refusal : TAKEN));
    },
    settled(one) {
      settled.push(one);
      return Promise.resolve();
    },
  });
  return { push, sent, settled, sum };
}

Deno.test("asks a backend that is busy nothing more, whatever it was looking for", async () => {
  for (const busyFrom of [1, 2, 3, 4, 7]) {
    const { push, sent } = rig({ instead: (n) => n >= busyFrom ? BUSY : null });
    assert.deepEqual(await push.send([moment(1, { figures: 64, bad: [3, 40] })]), BUSY);
    assert.equal(sent.length, busyFrom);
  }
});

Deno.test("gets on although every fourth request is turned away", async () => {
  const { push, sent, settled, sum } = rig({ instead: (n) => n % 4 === 0 ? BUSY : null });
  const batch = Array.from({ length: 8 }, (_, i) => moment(i + 1, { figures: 30, bad: [i] }));
  let tries = 0;
  for (let rest = batch; rest.length > 0; tries++) {
    assert.ok(tries < 100, "it gets on");
    await push.send(rest);
    const done = settled.at(-1)?.last.row.id ?? 0;
    rest = batch.filter(({ moment: { row } }) => row.id > done);
  }
  assert.deepEqual([sum("accepted"), sum("refused")], [8 * 29, 8]);
  assert.deepEqual(settled.map(({ last }) => last.row.id), [1, 2, 3, 4, 5, 6, 7, 8]);
  const answered = sent.filter((_, i) => (i + 1) % 4 !== 0);
  assert.equal(
    new Set(answered.map((points) => points.length + JSON.stringify(points))).size,
    answered.length,
  );
});

Deno.test("leaves out the bad figures of a moment and no good one", async () => {
  for (const bad of [[], [5], [5, 40, 60, 90, 100], Array.from({ length: 53 }, (_, i) => i * 2)]) {
    const { push, sum } = rig();
    assert.equal(await push.send([moment(1, { figures: 106, bad })]), null);
    assert.deepEqual([sum("accepted"), sum("refused")], [106 - bad.length, bad.length]);
  }
});

Deno.test("a moment without a good figure costs the next one none of its own", async () => {
  const { push, sum } = rig();
  const all = Array.from({ length: 64 }, (_, i) => i);
  await push.send([moment(1, { figures: 64, bad: all })]);
  await push.send([moment(2, { figures: 64, bad: [7, 11, 30, 50] })]);
  assert.deepEqual([sum("accepted"), sum("refused")], [60, 68]);
});

Deno.test("asks little of a backend that takes nothing", async () => {
  const { push, sent, sum } = rig();
  const all = Array.from({ length: 64 }, (_, i) => i);
  await push.send([moment(1, { figures: 64, bad: all })]);
  const first = sent.length;
  await push.send([moment(2, { figures: 64, bad: all })]);
  assert.ok(sent.length - first <= 15, String(sent.length - first));
  assert.equal(sum("refused"), 128);
});

Deno.test("looks once for figures that are young enough, and then no more", async () => {
  const { push, sent, sum } = rig({ refusal: OLD });
  const all = Array.from({ length: 64 }, (_, i) => i);
  await push.send([moment(1, { figures: 64, bad: all })]);
  assert.ok(sent.length <= 15);
  const first = sent.length;
  await push.send([moment(2, { figures: 64, bad: all })]);
  assert.equal(sent.length - first, 1);
  assert.equal(sum("tooOld"), 128);
});
