import assert from "node:assert/strict";
import { StatsTracker } from "../../sidecar/obs/stats_tracker.ts";

/** An answer of `GetStats`. */
function stats(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    activeFps: 60,
    averageFrameRenderTime: 4.5,
    cpuUsage: 3,
    memoryUsage: 620,
    renderSkippedFrames: 0,
    renderTotalFrames: 0,
    outputSkippedFrames: 0,
    outputTotalFrames: 0,
    ...changes,
  };
}

function encoded(total: number, skipped = 0): Record<string, unknown> {
  return stats({ outputTotalFrames: total, outputSkippedFrames: skipped });
}

Deno.test("keeps frames that the GPU lagged and that the encoder skipped apart", () => {
  const tracker = new StatsTracker();
  tracker.update(stats(), { atMs: 0, encoding: true });
  tracker.update(
    stats({
      renderSkippedFrames: 6,
      renderTotalFrames: 60,
      outputSkippedFrames: 15,
      outputTotalFrames: 50,
    }),
    { atMs: 1000, encoding: true },
  );
  const figures = tracker.snapshot(null);
  assert.deepEqual([figures.render_lagged_frames, figures.render_total_frames], [6, 60]);
  assert.deepEqual([figures.encoder_skipped_frames, figures.encoder_total_frames], [15, 50]);
  assert.equal(figures.recent_render_lagged_percentage, 10);
  assert.equal(figures.recent_encoder_skipped_percentage, 30);
});

Deno.test("takes a few lost frames for a share of 10 s at least", () => {
  const tracker = new StatsTracker();
  const at = (seconds: number, lost: number) => {
    const frames = seconds * 60;
    tracker.update(
      stats({
        renderSkippedFrames: lost,
        renderTotalFrames: frames,
        outputSkippedFrames: lost,
        outputTotalFrames: frames,
      }),
      { atMs: seconds * 1000, encoding: true },
    );
    const figures = tracker.snapshot(60);
    return [figures.recent_render_lagged_percentage, figures.recent_encoder_skipped_percentage];
  };
  at(0, 0);
  assert.deepEqual(at(1, 12), [2, 2]);
  assert.deepEqual(at(10, 12), [2, 2]);
  assert.deepEqual(at(20, 12), [1, 1]);
});

Deno.test("begins the encoder's counts anew when OBS's video was idle", () => {
  const tracker = new StatsTracker();
  tracker.update(encoded(600, 30), { atMs: 0, encoding: true });
  tracker.update(encoded(600, 30), { atMs: 500, encoding: false });
  tracker.update(encoded(12, 1), { atMs: 1000, encoding: true });
  const figures = tracker.snapshot(null);
  assert.deepEqual([figures.encoder_skipped_frames, figures.encoder_total_frames], [1, 12]);
});

Deno.test("adds the encoder's counts up where they are reset while it works", () => {
  const tracker = new StatsTracker();
  tracker.update(encoded(600, 30), { atMs: 0, encoding: true });
  tracker.update(encoded(10, 2), { atMs: 500, encoding: true });
  const figures = tracker.snapshot(null);
  assert.deepEqual([figures.encoder_skipped_frames, figures.encoder_total_frames], [32, 610]);
});

Deno.test("knows another OBS by its render counter, which never falls otherwise", () => {
  const tracker = new StatsTracker();
  tracker.update(stats({ renderTotalFrames: 1000 }), { atMs: 0, encoding: false });
  assert.equal(tracker.isAnotherProcess(stats({ renderTotalFrames: 1000 })), false);
  assert.equal(tracker.isAnotherProcess(stats({ renderTotalFrames: null })), false);
  assert.equal(tracker.isAnotherProcess(stats({ renderTotalFrames: 999 })), true);
});

Deno.test("takes nonsense for unknown and keeps its totals", () => {
  const tracker = new StatsTracker();
  tracker.update(stats({ renderTotalFrames: 100 }), { atMs: 0, encoding: false });
  for (const nonsense of [null, "NaN", -3, NaN, Infinity, [], {}]) {
    tracker.update(
      Object.fromEntries(Object.keys(stats()).map((name) => [name, nonsense])),
      { atMs: 500, encoding: false },
    );
    const figures = tracker.snapshot(null);
    assert.deepEqual(
      [figures.active_fps, figures.render_time_ms, figures.cpu_percent, figures.memory_mb],
      [null, null, null, null],
    );
    assert.equal(figures.render_total_frames, 100);
  }
});

Deno.test("does not know the figures of the moment while OBS does not tell them", () => {
  const tracker = new StatsTracker();
  tracker.update(stats({ renderTotalFrames: 100 }), { atMs: 0, encoding: false });
  tracker.miss();
  const figures = tracker.snapshot(null);
  assert.equal(figures.active_fps, null);
  assert.equal(figures.render_total_frames, 100);
});

Deno.test("knows nothing before the first answer", () => {
  for (const figure of Object.values(new StatsTracker().snapshot(null))) assert.equal(figure, null);
});
