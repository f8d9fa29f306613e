/**
 * An OBS that hung and went on counts all frames of that time as rendered late, and its encoder
 * skips some while it catches up. That was told as trouble of the graphics card.
 */
import assert from "node:assert/strict";
import type { HistoryPoint } from "../../shared/api.ts";
import { RecentFigures } from "../../sidecar/health/recent.ts";
import { StatsTracker } from "../../sidecar/obs/stats_tracker.ts";
import { makeReport } from "../../sidecar/report/make_report.ts";
import { exampleFigures } from "../health/health_fixture.ts";
import { TrackerRig } from "../sessions/tracker_rig.ts";

const LAG = "obs.recent_render_lagged_percentage";
const SKIPS = "obs.recent_encoder_skipped_percentage";

/** A stream, second by second, through all that judges lost frames. */
class Stream {
  readonly rig = new TrackerRig();
  readonly worstLoss = { lagged: 0, skipped: 0 };
  readonly #stats = new StatsTracker();
  readonly #recent = new RecentFigures();
  readonly #points = { [LAG]: [] as HistoryPoint[], [SKIPS]: [] as HistoryPoint[] };
  #wasConnected = true;

  constructor() {
    this.rig.start();
  }

  /** Seconds of the stream; in each some of the 60 frames are late, and some skipped. */
  run(seconds: number, { lagged = 0, skipped = 0 } = {}): void {
    for (let second = 0; second < seconds; second++) {
      this.rig.lagged += lagged;
      this.rig.skipped += skipped;
      this.rig.run(1);
      this.#judge();
    }
  }

  #judge(): void {
    const { connected, monotonicMs, wallMs } = this.rig;
    const counters = {
      render_total_frames: this.rig.rendered,
      render_lagged_frames: this.rig.lagged,
      encoder_total_frames: this.rig.encoded,
      encoder_skipped_frames: this.rig.skipped,
    };
    const figures = exampleFigures({ obs: { connected, ...counters } });
    const span = { nowMs: monotonicMs, spanMs: 10_000 };
    this.#recent.update(figures, span);
    const { lagged, skipped } = this.#recent.read(figures, span);
    this.worstLoss.lagged = Math.max(this.worstLoss.lagged, lagged?.percent ?? 0);
    this.worstLoss.skipped = Math.max(this.worstLoss.skipped, skipped?.percent ?? 0);
    if (connected && !this.#wasConnected) this.#stats.noteAnswering(monotonicMs);
    this.#wasConnected = connected;
    if (!connected) return;
    this.#stats.update({
      renderTotalFrames: counters.render_total_frames,
      renderSkippedFrames: counters.render_lagged_frames,
      outputTotalFrames: counters.encoder_total_frames,
      outputSkippedFrames: counters.encoder_skipped_frames,
    }, { atMs: monotonicMs, encoding: true });
    const shares = this.#stats.snapshot(60);
    this.#note(LAG, wallMs, shares.recent_render_lagged_percentage);
    this.#note(SKIPS, wallMs, shares.recent_encoder_skipped_percentage);
  }

  #note(metric: typeof LAG | typeof SKIPS, ms: number, share: number | null): void {
    if (share !== null) this.#points[metric].push([ms, share, share, share]);
  }

  /** Causes that the report of the whole stream names. */
  causes(): string[] {
    for (const output of this.rig.outputs.values()) output.active = false;
    this.rig.look();
    const report = makeReport({
      session: this.rig.last("evening"),
      outputs: [this.rig.last("output")],
      alerts: [],
      series: Object.entries(this.#points).map(([metric, points]) => ({
        metric,
        unit: "%",
        points,
      })),
      earlier: [],
    });
    return report.findings.map(({ cause }) => cause);
  }
}

Deno.test("what OBS lost of its picture while it hung is not blamed on GPU or encoder", () => {
  const stream = new Stream();
  stream.run(120);
  stream.rig.connected = false;
  stream.run(8, { lagged: 60 });
  stream.rig.connected = true;
  stream.run(1, { lagged: 20, skipped: 40 });
  stream.run(3, { skipped: 40 });
  stream.run(120);
  assert.deepEqual(stream.worstLoss, { lagged: 0, skipped: 0 });
  assert.deepEqual(stream.causes(), []);
  const { render_lagged_frames, encoder_skipped_frames, worst_minute } = stream.rig.last("evening");
  assert.deepEqual([render_lagged_frames, encoder_skipped_frames, worst_minute], [0, 0, null]);
});

Deno.test("what the GPU loses before and after OBS hung is told", () => {
  const stream = new Stream();
  stream.run(120);
  stream.run(20, { lagged: 20 });
  stream.rig.connected = false;
  stream.run(8, { lagged: 60 });
  stream.rig.connected = true;
  stream.run(120, { lagged: 20 });
  assert.ok(stream.worstLoss.lagged > 30 && stream.worstLoss.lagged < 40);
  const causes = stream.causes();
  assert.ok(causes.every((cause) => cause === "gpu"), causes.join());
  assert.ok(causes.length > 0);
  const { render_lagged_frames } = stream.rig.last("output");
  assert.equal(render_lagged_frames, (20 + 120 - 5) * 20);
});
