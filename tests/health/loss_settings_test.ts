import assert from "node:assert/strict";
import type { Field } from "../../shared/config_field.ts";
import { CONFIG_FIELDS } from "../../shared/config_fields.ts";
import { defaultConfig } from "../../shared/config.ts";
import { Judge } from "../../sidecar/health/judge.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures } from "./health_fixture.ts";

const FPS = 60;
const OK = { ok: true, age_ms: 40, error: null };

/** Updates' milliseconds and windows' seconds, the least and the most allowed ones among them. */
const TICKS_MS = [100, 250, 500, 700, 1000, 1100, 1400, 2000, 2500, 3000, 3500, 4000, 4500, 5000];
const WINDOWS_S = [2, 2.5, 3, 4, 5, 7, 10, 15, 30, 60];

/** A stream that is judged with these settings; frames are lost as the test says. */
class Stream {
  readonly time = new FakeTime();
  readonly alerts = defaultConfig().alerts;
  readonly #judge = new Judge({
    rules: RULES,
    clock: this.time,
    settings: () => alertSettings(this.alerts),
  });
  #frames = 0;
  #lost = 0;

  constructor(windowS: number) {
    this.alerts.lost_frames_window = windowS;
  }

  /** Ids of the alerts one tick later, in which so many frames were late and skipped. */
  after(tickMs: number, lost: number): string[] {
    this.time.sleep(tickMs);
    this.#frames += FPS * tickMs / 1000;
    this.#lost += lost;
    const figures = exampleFigures({
      obs: {
        render_total_frames: this.#frames,
        render_lagged_frames: this.#lost,
        encoder_total_frames: this.#frames,
        encoder_skipped_frames: this.#lost,
      },
    });
    const collectors = { obs: OK, system: OK, network: OK, gpu: OK };
    return this.#judge.judge({ figures, collectors, notices: [] }).alerts.map(({ id }) => id);
  }
}

Deno.test("the settings tried are those at the ends of what is allowed, too", () => {
  const tick: Field<number> = CONFIG_FIELDS.engine.bridge_update_rate;
  const window: Field<number> = CONFIG_FIELDS.alerts.lost_frames_window;
  assert.deepEqual([TICKS_MS.at(0), TICKS_MS.at(-1)], [tick.min, tick.max]);
  assert.deepEqual([WINDOWS_S.at(0), WINDOWS_S.at(-1)], [window.min, window.max]);
});

/** Ids of what is told within hold, window and two ticks of losses that go on. */
function toldOf(stream: Stream, { tickMs, share }: { tickMs: number; share: number }): string[] {
  for (let tick = 0; tick < 5; tick++) stream.after(tickMs, 0);
  const { steady_hold, lost_frames_window } = stream.alerts;
  const dueMs = (steady_hold + lost_frames_window) * 1000 + 2 * tickMs;
  const told = new Set<string>();
  let owed = 0;
  for (let ms = tickMs; ms <= dueMs; ms += tickMs) {
    owed += FPS * tickMs / 1000 * share;
    const lost = Math.floor(owed);
    owed -= lost;
    for (const id of stream.after(tickMs, lost)) told.add(id);
  }
  return [...told].toSorted();
}

for (const tickMs of TICKS_MS) {
  Deno.test(`updates of ${tickMs} ms: losses that go on are told with any window`, () => {
    for (const windowS of WINDOWS_S) {
      const told = toldOf(new Stream(windowS), { tickMs, share: 0.5 });
      assert.deepEqual(told, ["encoder_skips", "render_lag"], `window of ${windowS} s`);
    }
  });

  Deno.test(`updates of ${tickMs} ms: few losses that go on are told with windows from 10 s`, () => {
    for (const windowS of WINDOWS_S.filter((seconds) => seconds >= 10)) {
      const told = toldOf(new Stream(windowS), { tickMs, share: 0.018 });
      assert.deepEqual(told, ["encoder_skips", "render_lag"], `window of ${windowS} s`);
    }
  });

  Deno.test(`updates of ${tickMs} ms: hiccups are told with no window`, () => {
    for (const windowS of WINDOWS_S) {
      const stream = new Stream(windowS);
      for (let ms = tickMs; ms < 300_000; ms += tickMs) {
        const isHiccup = Math.floor(ms / 60_000) !== Math.floor((ms - tickMs) / 60_000);
        const told = stream.after(tickMs, isHiccup ? 20 : 0);
        assert.deepEqual(told, [], `window of ${windowS} s, after ${ms} ms`);
      }
    }
  });
}
