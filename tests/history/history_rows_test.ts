import assert from "node:assert/strict";
import { readRows } from "../../sidecar/history/row_reader.ts";
import { historyRig } from "./history_rig.ts";

type Rig = Awaited<ReturnType<typeof historyRig>>;

function times(rig: Rig): number[] {
  rig.writer.flush();
  return readRows(rig.database, { afterId: 0, limit: 1e6 }).map((row) => row.written_at_ms);
}

function steps(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => value - (values[i] ?? 0));
}

Deno.test("writes a row every so many seconds, and at another pace from when it is set", async () => {
  await using rig = await historyRig({ everyS: 5 });
  for (let i = 0; i < 40; i++) rig.tick();
  rig.settings.everyS = 1;
  for (let i = 0; i < 10; i++) rig.tick();
  rig.settings.everyS = 60;
  for (let i = 0; i < 240; i++) rig.tick();
  assert.deepEqual(
    steps(times(rig)),
    [5000, 5000, 5000, 1500, 1000, 1000, 1000, 1000, 60_000],
  );
});

Deno.test("the last row is written when the sidecar ends", async () => {
  await using rig = await historyRig({ everyS: 60 });
  const telemetry = rig.tick();
  assert.deepEqual(times(rig), []);
  await rig.rows.close?.();
  assert.deepEqual(times(rig), [telemetry.written_at_ms]);
  await rig.rows.close?.();
  assert.equal(times(rig).length, 1);
});

Deno.test("sleep is a gap, and what was before it is a row of its own", async () => {
  await using rig = await historyRig({ everyS: 5 });
  for (let i = 0; i < 14; i++) rig.tick();
  const before = rig.time.now();
  rig.time.sleep(3_600_000);
  for (let i = 0; i < 20; i++) rig.tick();
  const found = times(rig);
  assert.deepEqual(found.filter((at) => at <= before).at(-1), before);
  assert.ok(found.every((at) => at <= before || at > before + 3_600_000));
  assert.equal(found.length, 4);
});

Deno.test("rows keep their order and their pace when the clock is set, and none is lost", async () => {
  for (const jump of [3_600_000, -3_600_000]) {
    await using rig = await historyRig({ everyS: 5 });
    for (let i = 0; i < 20; i++) rig.tick();
    rig.time.jump(jump);
    for (let i = 0; i < 20; i++) rig.tick();
    const found = times(rig);
    assert.equal(found.filter((at) => at > 0).length, found.length);
    assert.ok(found.length >= 4 && found.length <= 5, `${found.length} rows`);
    assert.ok(steps(found).filter((step) => step !== 5000).length <= 2);
    rig.writer.flush();
    const rows = readRows(rig.database, { afterId: 0, limit: 100 });
    const frames = rows.map(({ obs }) => obs.render_total_frames ?? 0);
    assert.deepEqual(frames, frames.toSorted((a, b) => a - b));
    const span = { fromMs: 0, toMs: 8.64e15, points: 5000 };
    const points = (await rig.source.read("obs.active_fps", span))?.points.map(([at]) => at);
    assert.deepEqual(points, points?.toSorted((a, b) => a - b));
  }
});
