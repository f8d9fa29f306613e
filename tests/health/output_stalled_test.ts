import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import type { Output } from "../../shared/telemetry.ts";
import { Judge } from "../../sidecar/health/judge.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { outputStalled } from "../../sidecar/health/rules/output_stalled.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { identifyOutput, identifyService } from "../../sidecar/obs/output_identity.ts";
import { OutputTracker } from "../../sidecar/obs/output_tracker.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures, judged } from "./health_fixture.ts";

const { thresholds } = alertSettings(defaultConfig().alerts);
const STALLED: Partial<Output> = { bitrate_kbps: 0, fps: 0, uptime_s: 600, total_bytes: 5e6 };

function figures(changes: Partial<Output>) {
  return exampleFigures({ obs: { outputs: [exampleOutput(changes)] } });
}

function severities(changes: Partial<Output>, hasSent = true): string[] {
  return outputStalled.find(judged({ hasSent }, { output: changes }), thresholds)
    .map(({ severity }) => severity);
}

/** A main stream, and all alerts about it, half a second after half a second. */
class Live {
  readonly #time = new FakeTime();
  readonly #judge = new Judge({ rules: RULES, clock: this.#time });
  readonly #tracker: OutputTracker;
  #bytes = 0;
  #frames = 0;

  constructor(outputKind: string) {
    const identity = identifyOutput(
      { outputName: "simple_stream", outputKind, copies: 1 },
      identifyService("Twitch", "auto"),
    );
    assert.ok(identity);
    this.#tracker = new OutputTracker(identity);
  }

  /** Ids of the alerts that fired within so many seconds. */
  after(seconds: number, does: "send" | "nothing" | "reconnect"): string[] {
    const { collectors } = exampleTelemetry().health;
    const told = new Set<string>();
    for (let tick = 0; tick < seconds * 2; tick++) {
      this.#time.sleep(500);
      if (does === "reconnect") this.#bytes = this.#frames = 0;
      this.#bytes += does === "send" ? 375_000 : 0;
      this.#frames += does === "send" ? 30 : 0;
      this.#tracker.update({
        outputActive: true,
        outputReconnecting: does === "reconnect",
        outputBytes: this.#bytes,
        outputTotalFrames: this.#frames,
        outputSkippedFrames: 0,
        outputCongestion: 0,
      }, this.#time.monotonic());
      const outputs = [this.#tracker.snapshot(6000)];
      const { alerts } = this.#judge.judge({
        figures: exampleFigures({ obs: { outputs } }),
        collectors,
        notices: [],
      });
      for (const { id } of alerts) told.add(id);
    }
    return [...told];
  }
}

Deno.test("output_stalled: a live stream that sends nothing more is an error", () => {
  assert.deepEqual(severities(STALLED), ["error"]);
  assert.deepEqual(severities({ ...STALLED, bitrate_kbps: 1 }), []);
});

Deno.test("output_stalled: not before it sent anything, while it reconnects, or once it ended", () => {
  const fine: Partial<Output>[] = [
    { uptime_s: 5 },
    { fps: 30 },
    { fps: null },
    { reconnecting: true },
    { active: false },
    { bitrate_kbps: null },
    { kind: "record" },
    { kind: "virtualcam" },
  ];
  for (const changes of fine) {
    assert.deepEqual(severities({ ...STALLED, ...changes }), [], JSON.stringify(changes));
  }
  assert.deepEqual(severities(STALLED, false), []);
});

Deno.test("output_stalled: a stream delay that fills anew after a reconnect is no standstill", () => {
  for (const outputKind of ["rtmp_output", "ffmpeg_mpegts_muxer", "whip_output"]) {
    const live = new Live(outputKind);
    assert.deepEqual(live.after(60, "send"), []);
    assert.deepEqual(live.after(5, "reconnect"), ["reconnecting:simple_stream"]);
    assert.deepEqual(live.after(5, "nothing"), ["reconnecting:simple_stream"]);
    assert.deepEqual(live.after(40, "nothing"), [], outputKind);
    assert.deepEqual(live.after(60, "send"), []);
    assert.deepEqual(live.after(30, "nothing"), ["output_stalled:simple_stream"], outputKind);
  }
});

Deno.test("output_stalled: is told of a main stream by RTMP, SRT and WHIP alike", () => {
  for (const outputKind of ["rtmp_output", "ffmpeg_mpegts_muxer", "whip_output"]) {
    const live = new Live(outputKind);
    assert.deepEqual(live.after(60, "send"), []);
    assert.deepEqual(live.after(40, "nothing"), ["output_stalled:simple_stream"], outputKind);
  }
});

Deno.test("output_stalled: is told after 15 seconds", () => {
  const time = new FakeTime();
  const judge = new Judge({ rules: [outputStalled], clock: time });
  const { collectors } = exampleTelemetry().health;
  const alerts = () =>
    judge.judge({ figures: figures(STALLED), collectors, notices: [] }).alerts
      .map(({ id }) => id);
  for (let tick = 0; tick < 30; tick++) {
    assert.deepEqual(alerts(), []);
    time.sleep(500);
  }
  assert.deepEqual(alerts(), [`output_stalled:${exampleOutput().id}`]);
});
