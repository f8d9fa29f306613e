import assert from "node:assert/strict";
import { counterpartTest, LUAJIT } from "../counterparts.ts";
import { luaLiteral, runLua } from "./luajit.ts";

/** A reading: the overlay's clock in ms, `sequence`, and how old the wall clock says it is. */
type Reading = [nowMs: number, sequence: number, ageMs?: number];

async function observe(readings: Reading[]): Promise<boolean[]> {
  return await runLua(`
    local watch, out = pure.new_watch(), {}
    for _, reading in ipairs(${luaLiteral(readings)}) do
      local now, sequence, age = reading[1], reading[2], reading[3] or 0
      local wall = 1.8e12
      out[#out + 1] = pure.observe(watch, { sequence = sequence, written_at_ms = wall - age }, now, wall)
    end
    return out`) as boolean[];
}

counterpartTest("a file that moves is fresh", [LUAJIT], async () => {
  assert.deepEqual(await observe([[0, 1], [500, 2], [1000, 3]]), [false, false, false]);
});

counterpartTest("standing still for 1.5 s is stale, the next move is fresh again", [
  LUAJIT,
], async () => {
  const readings: Reading[] = [[0, 1], [1499, 1], [1500, 1], [9000, 1], [9500, 2]];
  assert.deepEqual(await observe(readings), [false, false, true, true, false]);
});

counterpartTest("a file that is old at first read is stale until it moves", [LUAJIT], async () => {
  assert.deepEqual(await observe([[0, 7, 1500], [500, 7, 2000], [600, 8]]), [true, true, false]);
});

counterpartTest(
  "jumps of the wall clock change nothing after the first read",
  [LUAJIT],
  async () => {
    const hour = 3_600_000;
    assert.deepEqual(await observe([[0, 1, -hour], [500, 2, hour], [1000, 3, -hour]]), [
      false,
      false,
      false,
    ]);
  },
);

counterpartTest("a slow bridge is stale after three of its own ticks", [LUAJIT], async () => {
  const readings: Reading[] = [[0, 1], [5000, 2], [10_000, 3], [24_999, 3], [25_000, 3]];
  assert.deepEqual(await observe(readings), [false, false, false, false, true]);
});

counterpartTest("extra writes at state changes do not make a slow bridge look fast", [
  LUAJIT,
], async () => {
  const moves: Reading[] = [[0, 1], [5000, 2], [5020, 3], [10_000, 4], [10_020, 5]];
  assert.equal((await observe([...moves, [15_000, 5]])).at(-1), false);
});

counterpartTest("one long hang does not raise the limit", [LUAJIT], async () => {
  const moves: Reading[] = [[0, 1], [500, 2], [30_500, 3], [31_000, 4]];
  assert.equal((await observe([...moves, [32_500, 4]])).at(-1), true);
});

counterpartTest("a restarted bridge counts from one and is fresh", [LUAJIT], async () => {
  assert.deepEqual(await observe([[0, 900], [2000, 900], [2500, 1], [3000, 2]]), [
    false,
    true,
    false,
    false,
  ]);
});

counterpartTest("a stopped bridge says since when", [LUAJIT], async () => {
  const hour = 3_600_000;
  const written = Date.UTC(2026, 10, 22, 21, 14, 5);
  const say = async (age: number) =>
    await runLua(`
      local context = { written_at_ms = ${written}, wall_ms = ${written + age} }
      return { pure.status_view("stale", context) }`) as [string, string];
  const local = new Date(written);
  const time = local.toLocaleTimeString("en-GB");
  const [text, level] = await say(hour);
  assert.equal(text, `TELEMETRY STOPPED at ${time}\nStart the OBS Telemetry Bridge again.`);
  assert.equal(level, "off");
  const [old] = await say(30 * hour);
  assert.match(old, new RegExp(`^TELEMETRY STOPPED on 2026-11-\\d\\d at ${time}\n`));
});
