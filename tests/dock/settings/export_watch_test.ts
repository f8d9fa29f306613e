import assert from "node:assert/strict";
import { ApiError } from "../../../dock/api.ts";
import { exportView } from "../../../dock/models/settings/export_view.ts";
import { ExportWatch } from "../../../dock/models/settings/export_watch.ts";
import type { ExportState } from "../../../shared/export_state.ts";
import { FakeTimers, settle } from "../fake_timers.ts";
import { offState } from "../settings_stand_in.ts";

function rig() {
  const timers = new FakeTimers();
  const it = { asked: 0, answer: (): Promise<ExportState> => Promise.resolve(offState()) };
  const exportState = (): Promise<ExportState> => {
    it.asked++;
    return it.answer();
  };
  return { it, timers, watch: new ExportWatch({ api: { exportState }, timers, now: timers.now }) };
}

Deno.test("asks for the export's state while somebody looks, and no longer", async () => {
  const { it, timers, watch } = rig();
  const leave = watch.follow();
  await settle();
  assert.equal(watch.reading.value?.state.state, "off");
  await timers.pass(10_000);
  assert.equal(it.asked, 3);
  leave();
  await timers.pass(60_000);
  assert.equal(it.asked, 3);
  assert.equal(timers.pending, 0);
});

Deno.test("an answer that comes after somebody left changes nothing", async () => {
  const { it, timers, watch } = rig();
  const { promise, resolve } = Promise.withResolvers<ExportState>();
  it.answer = () => promise;
  watch.follow()();
  resolve(offState());
  await settle();
  assert.equal(watch.reading.value, null);
  assert.equal(timers.pending, 0);
});

Deno.test("keeps what it knows while the sidecar does not answer, says why, and goes on", async () => {
  const { it, timers, watch } = rig();
  const leave = watch.follow();
  await settle();
  it.answer = () => Promise.reject(new ApiError("cannot be reached", { status: null }));
  await timers.pass(5000);
  assert.equal(watch.problem.value, "cannot be reached");
  assert.ok(watch.reading.value !== null);
  it.answer = () => Promise.resolve(offState());
  await timers.pass(5000);
  assert.equal(watch.problem.value, null);
  leave();
});

Deno.test("tells how the export fares in words", () => {
  const atMs = 1_790_000_000_000;
  const view = (changes: Partial<ExportState>) =>
    exportView({ state: { ...offState(), ...changes }, atMs });
  assert.deepEqual(view({}).figures.map(({ value }) => value), ["–", "0", "0", "0"]);
  assert.match(view({}).text, /Nothing is exported/);
  const host = "otlp.example";
  const fine = view({ state: "ok", host, last_accepted: atMs - 20_000 });
  assert.deepEqual([fine.tone, fine.text], ["good", "otlp.example takes the figures."]);
  assert.equal(fine.figures[0]?.value, "20\u00a0s ago");
  const waiting = view({ state: "waiting", host, backlog_rows: 1204, last_error: "It is busy." });
  assert.deepEqual([waiting.tone, waiting.error], ["warning", "It is busy."]);
  assert.equal(waiting.figures[1]?.value, "1,204");
  const paused = view({ state: "paused", refused: 3, too_old: 4, expired_rows: 5 });
  assert.equal(paused.tone, "bad");
  assert.deepEqual(paused.figures.slice(2).map(({ value, tone }) => [value, tone]), [
    ["7", "warning"],
    ["5", "warning"],
  ]);
});
