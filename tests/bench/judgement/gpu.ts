import type { GpuReading } from "../../../sidecar/collectors/collector.ts";
import type { Random } from "../../../sidecar/demo/random.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";
import { WholeCounter } from "../../../sidecar/demo/whole_counter.ts";

/** Seconds in which a card's temperature comes two thirds of the way to where it is going. */
const THERMAL_S = 35;

/** Degrees below the onset at which a card takes up its clock again. */
const HYSTERESIS_C = 3;

const MEMORY_MB = 12_282;
const CLOCK_MHZ = 2_610;

/** A card and the scene that OBS renders on it. */
export interface CardOptions {
  random: Random;
  fps: number;
  /** What a frame of the scene takes while the game leaves room, ms. */
  renderMs: number;
  /** Where the temperature settles under the game, °C. */
  warmCelsius: number;
  /** Where the card begins to slow down, °C. */
  slowdownCelsius: number;
  /** Whether the stream is encoded on the card. */
  encodes: boolean;
}

/** What weighs on the card in a step. */
export interface CardLoad {
  /** What a frame takes of its time where a game leaves no room; null: what the scene needs. */
  frameShare: number | null;
  /** Whether the fans stand still. */
  isFanless: boolean;
  /** Load of the encoder, 0 to 1. */
  encoder: number;
  /** Frames that come late for once, at a change of scene. */
  hiccup: number;
}

/** A graphics card: what it renders, how hot it gets, and how that slows it down. */
export class Card {
  readonly #options: CardOptions;
  #celsius: number;
  #throttled = false;
  #load: CardLoad = { frameShare: null, isFanless: false, encoder: 0, hiccup: 0 };
  #renderMs: number;
  #fps: number;
  #sinceSecondMs = 0;
  #meanMs = 0;
  #meanCount = 0;
  #rendered = new WholeCounter();
  #lagged = new WholeCounter();
  /** Frames rendered and frames late, since OBS was started. */
  total = { rendered: 0, lagged: 0 };

  constructor(options: CardOptions) {
    this.#options = options;
    this.#celsius = options.warmCelsius;
    this.#renderMs = options.renderMs;
    this.#fps = options.fps;
  }

  /** Whether heat holds the clock down. */
  get throttled(): boolean {
    return this.#throttled;
  }

  get celsius(): number {
    return this.#celsius;
  }

  /** What `GetStats` says of it; the first two are means that OBS renews once a second. */
  get told(): Fields {
    return {
      averageFrameRenderTime: this.#renderMs,
      activeFps: this.#fps,
      renderSkippedFrames: this.total.lagged,
      renderTotalFrames: this.total.rendered,
    };
  }

  /** Another OBS counts from zero. */
  restart(): void {
    this.total = { rendered: 0, lagged: 0 };
  }

  /** Lets a step pass; returns the frames that were late. */
  run(stepMs: number, load: CardLoad): number {
    const { random, fps, renderMs, warmCelsius, slowdownCelsius } = this.#options;
    this.#load = load;
    const goal = load.isFanless ? 112 : warmCelsius;
    const cooled = this.#throttled && load.isFanless ? slowdownCelsius + 0.5 : goal;
    this.#celsius += (cooled - this.#celsius) * stepMs / 1000 / THERMAL_S;
    this.#throttled = this.#celsius >= slowdownCelsius ||
      this.#throttled && this.#celsius > slowdownCelsius - HYSTERESIS_C;

    const intervalMs = 1000 / fps;
    const neededMs = load.frameShare === null ? renderMs : load.frameShare * intervalMs;
    const ms = random.around(neededMs * (this.#throttled ? 1.35 : 1), 0.1);
    const made = this.#rendered.take(fps * stepMs / 1000);
    const late = this.#lagged.take(made * Math.max(0, 1 - intervalMs / ms)) + load.hiccup;
    this.total.rendered += made;
    this.total.lagged += late;
    this.#tell(stepMs, { ms, intervalMs });
    return late;
  }

  /** The card as its driver tells of it. */
  reading(): GpuReading {
    const { random, encodes } = this.#options;
    const { frameShare, encoder } = this.#load;
    const utilization = Math.min(100, random.around(frameShare !== null ? 99 : 78, 0.08));
    return {
      gpus: [{
        name: "NVIDIA GeForce RTX 4070",
        vendor: "nvidia",
        utilization_percent: Math.round(utilization),
        temperature_celsius: Math.round(this.#celsius),
        vram_used_mb: Math.round(random.around(7_400, 0.02)),
        vram_total_mb: MEMORY_MB,
        encoder_utilization_percent: Math.round(Math.min(100, 100 * encoder)),
        decoder_utilization_percent: 0,
        power_watts: random.around(this.#throttled ? 120 : 185, 0.05),
        fan_percent: this.#load.isFanless ? 0 : 58,
        clock_mhz: this.#throttled ? Math.round(CLOCK_MHZ * 0.74) : CLOCK_MHZ,
        throttle_reasons: this.#throttled
          ? ["software thermal slowdown"]
          : random.next() < 0.3
          ? ["power cap"]
          : [],
        driver_version: "566.14",
        encoder_sessions: encodes ? 1 : 0,
        encoder_latency_us: encodes ? Math.round(3_000 + 12_000 * encoder ** 4) : null,
      }],
      encodingIndex: encodes ? 0 : null,
      obsEncoderLatencyUs: encodes ? Math.round(3_000 + 12_000 * encoder ** 4) : null,
    };
  }

  #tell(stepMs: number, { ms, intervalMs }: { ms: number; intervalMs: number }): void {
    this.#meanMs += ms;
    this.#meanCount++;
    this.#sinceSecondMs += stepMs;
    if (this.#sinceSecondMs < 1000) return;
    this.#renderMs = this.#meanMs / this.#meanCount;
    this.#fps = 1000 / Math.max(intervalMs, this.#renderMs);
    this.#sinceSecondMs = this.#meanMs = this.#meanCount = 0;
  }
}
