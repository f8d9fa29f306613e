import type { AlertEvent } from "../../shared/api.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { CollectorHealth } from "../../shared/telemetry.ts";
import { SendQueue } from "../../sidecar/demo/send_queue.ts";
import { Judge } from "../../sidecar/health/judge.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures } from "./health_fixture.ts";

const OK: CollectorHealth = { ok: true, age_ms: 40, error: null };
const TICK_MS = 500;
const FPS = 60;
const TARGET_KBPS = 6000;

/** What an evening is like from some moment on. */
export interface Conditions {
  /** What the link takes, kbit/s. */
  capacityKbps: number;
  /** What the encoder makes, kbit/s. */
  bitrateKbps: number;
  /** Frames of every hundred that are rendered late, and that the encoder skips. */
  laggedPercent: number;
  skippedPercent: number;
}

/** A stream of one output that the rules judge, with every alert's begin and end. */
export class EveningRig {
  readonly time = new FakeTime();
  /** Alerts told and over, with milliseconds since the evening began. */
  readonly told: { what: string; atMs: number }[] = [];
  conditions: Conditions = {
    capacityKbps: 20_000,
    bitrateKbps: TARGET_KBPS,
    laggedPercent: 0,
    skippedPercent: 0,
  };
  readonly #random: () => number;
  readonly #queue = new SendQueue();
  readonly #judge = new Judge({
    rules: RULES,
    clock: this.time,
    settings: () => alertSettings(defaultConfig().alerts),
    onChange: ({ state, alert }: AlertEvent) => {
      this.told.push({ what: `${alert.id} ${state}`, atMs: this.time.monotonic() });
    },
  });
  #sent = { frames: 0, dropped: 0, bytes: 0 };
  #rendered = { frames: 0, lagged: 0, encoded: 0, skipped: 0 };

  /** @param random numbers from 0 to 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Goes on as conditions are. */
  run(ms: number): void {
    for (let passedMs = 0; passedMs < ms; passedMs += TICK_MS) this.#tick();
  }

  /** Some frames are lost at once, as when a scene changes. */
  hiccup(frames: number): void {
    this.#rendered.lagged += frames;
    this.#rendered.skipped += Math.floor(frames / 2);
  }

  #tick(): void {
    this.time.sleep(TICK_MS);
    let [bytes, congestion] = [0, 0];
    for (let part = 0; part < 10; part++) {
      const result = this.#queue.run({
        seconds: TICK_MS / 10_000,
        fps: FPS,
        bitrateKbps: this.conditions.bitrateKbps,
        capacityKbps: this.conditions.capacityKbps,
      });
      this.#sent.frames += result.frames;
      this.#sent.dropped += result.dropped;
      bytes += result.bytes;
      congestion = result.congestion;
    }
    const frames = FPS * TICK_MS / 1000;
    this.#rendered.frames += frames;
    this.#rendered.encoded += frames;
    this.#rendered.lagged += this.#lost(frames, this.conditions.laggedPercent);
    this.#rendered.skipped += this.#lost(frames, this.conditions.skippedPercent);
    this.#judge.judge({
      figures: exampleFigures({
        obs: {
          render_total_frames: this.#rendered.frames,
          render_lagged_frames: this.#rendered.lagged,
          encoder_total_frames: this.#rendered.encoded,
          encoder_skipped_frames: this.#rendered.skipped,
        },
        output: {
          total_frames: this.#sent.frames,
          dropped_frames: this.#sent.dropped,
          congestion,
          bitrate_kbps: bytes * 8 / TICK_MS,
          target_bitrate_kbps: TARGET_KBPS,
          uptime_s: this.time.monotonic() / 1000,
        },
      }),
      collectors: { obs: OK, system: OK, network: OK, gpu: OK },
      notices: [],
    });
  }

  #lost(frames: number, percent: number): number {
    let lost = 0;
    for (let frame = 0; frame < frames; frame++) if (this.#random() * 100 < percent) lost++;
    return lost;
  }
}
