import assert from "node:assert/strict";
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import { DISCONNECTED_OBS } from "../../shared/telemetry.ts";
import { type Recent, RecentFigures } from "../../sidecar/health/recent.ts";
import { exampleFigures } from "./health_fixture.ts";

const ID = "simple_stream";

/** Recent figures, tick by tick. */
class Rig {
  readonly #recent = new RecentFigures();
  #nowMs = 0;

  /** What is recent after so many ticks of half a second with these figures. */
  after(
    ticks: number,
    changes: { output?: Partial<Output>; obs?: Partial<Telemetry["obs"]> } = {},
    tickMs = 500,
  ): Recent {
    const figures = exampleFigures(changes);
    for (let tick = 0; tick < ticks; tick++) {
      this.#nowMs += tickMs;
      this.#recent.update(figures, { nowMs: this.#nowMs, spanMs: 10_000 });
    }
    return this.#recent.read(figures, { nowMs: this.#nowMs, spanMs: 10_000 });
  }

  /** Milliseconds since the network held up the stream, with this bitrate and queue. */
  heldUp(ticks: number, bitrate_kbps: number, congestion: number): number | null {
    const { outputs } = this.after(ticks, { output: { bitrate_kbps, congestion } });
    return outputs.get(ID)?.queuedMsAgo ?? null;
  }
}

Deno.test("a bitrate that falls with a full queue was pushed down, for as long as that is tried", () => {
  const rig = new Rig();
  assert.equal(rig.heldUp(20, 6000, 0), null);
  assert.equal(rig.heldUp(4, 4000, 0.4), 0);
  assert.equal(rig.heldUp(20, 2500, 0), 10_000);
  assert.equal(rig.heldUp(1, 2800, 0.3), 0, "OBS tried to raise it");
  assert.equal(rig.heldUp(28, 2500, 0), 14_000);
  assert.equal(rig.heldUp(2, 2500, 0), null, "nothing holds it up any more");
});

Deno.test("a bitrate that was low before the queue filled was not pushed down by that", () => {
  const rig = new Rig();
  rig.heldUp(20, 6000, 0);
  rig.heldUp(21, 2500, 0);
  assert.equal(rig.heldUp(4, 2500, 0.4), null);
});

Deno.test("a bitrate that has come back is held up no longer", () => {
  const rig = new Rig();
  assert.equal(rig.heldUp(4, 6000, 0.4), 0);
  assert.equal(rig.heldUp(7, 6000, 0), null);
});

Deno.test("does not know of losses before an output began, OBS was gone or the machine slept", () => {
  const lost = { obs: { render_lagged_frames: 500, render_total_frames: 400_000 } };
  const more = { obs: { render_lagged_frames: 900, render_total_frames: 400_030 } };
  const [idle, away] = [{ obs: { ...more.obs, outputs: [] } }, { obs: DISCONNECTED_OBS }];
  const losing = new Rig();
  losing.after(1, lost);
  assert.equal(losing.after(1, more).lagged?.frames, 400);
  for (const between of [idle, away]) {
    const rig = new Rig();
    rig.after(1, lost);
    rig.after(1, between);
    assert.equal(rig.after(1, more).lagged, null);
  }
  const slept = new Rig();
  slept.after(1, lost);
  assert.equal(slept.after(1, more, 3_600_000).lagged, null);
});

Deno.test("knows for how long the queue was half full, until it was emptied", () => {
  const rig = new Rig();
  const halfFullMs = (ticks: number, output: Partial<Output>) =>
    rig.after(ticks, { output }).outputs.get(ID)?.halfFullMs;
  assert.equal(halfFullMs(4, { congestion: 0.4 }), 0);
  assert.equal(halfFullMs(4, { congestion: 0.6 }), 1500);
  const burst = { dropped_frames: 60, total_frames: 290_500 };
  assert.equal(halfFullMs(1, { congestion: 0.1, ...burst }), 2000, "frames were dropped from it");
  assert.equal(halfFullMs(1, { congestion: 0.1, ...burst }), 0);
});

Deno.test("knows whether anything was sent since the output connected last", () => {
  const rig = new Rig();
  const hasSent = (output: Partial<Output>) => rig.after(1, { output }).outputs.get(ID)?.hasSent;
  assert.equal(hasSent({ total_bytes: null }), false);
  assert.equal(hasSent({ total_bytes: 0 }), false);
  assert.equal(hasSent({ total_bytes: 1000 }), true);
  assert.equal(hasSent({ total_bytes: 1000, reconnects: 1, reconnecting: true }), false);
  assert.equal(hasSent({ total_bytes: 1000, reconnects: 1 }), false);
  assert.equal(hasSent({ total_bytes: 1001, reconnects: 1 }), true);
  assert.equal(
    hasSent({ total_bytes: 1500, reconnects: 2 }),
    false,
    "reconnected between two looks",
  );
});
