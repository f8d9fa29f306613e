import type { Random } from "../../../sidecar/demo/random.ts";
import type { Noise } from "./evening.ts";

/** How often a step of a level's loading costs a frame. */
const HITCHES_A_STEP = 0.04;

/** A noise that is there in this step. */
export interface ActiveNoise {
  noise: Noise;
  /** Whether this is its first step, or its last. */
  begins: boolean;
  ends: boolean;
}

/** What noises cost in a step. */
export interface Burden {
  /** Whether a level loads, which keeps processor and card busy. */
  level: boolean;
  lateFrames: number;
  skippedFrames: number;
}

/** What is harmless and looks as if it were not. */
export class NoiseMaker {
  readonly #noises: readonly Noise[];
  readonly #random: Random;
  readonly #begun = new Set<Noise>();
  readonly #ended = new Set<Noise>();

  constructor(noises: readonly Noise[], random: Random) {
    this.#noises = noises;
    this.#random = random;
  }

  /** Whether a noise of this kind is there. */
  has(kind: Noise["kind"], nowMs: number): boolean {
    return this.#noises.some(({ kind: each, fromMs, toMs }) =>
      each === kind && nowMs >= fromMs && nowMs < toMs
    );
  }

  /** Lets a step pass; returns the noises that are there, each a last time at its end. */
  step(nowMs: number): ActiveNoise[] {
    const active: ActiveNoise[] = [];
    for (const noise of this.#noises) {
      if (noise.fromMs > nowMs || this.#ended.has(noise)) continue;
      const begins = !this.#begun.has(noise);
      const ends = nowMs >= noise.toMs;
      this.#begun.add(noise);
      if (ends) this.#ended.add(noise);
      active.push({ noise, begins, ends });
    }
    return active;
  }

  /** What the noises of a step cost. */
  burden(active: readonly ActiveNoise[]): Burden {
    const burden = { level: false, lateFrames: 0, skippedFrames: 0 };
    for (const { noise: { kind }, begins, ends } of active) {
      if (kind === "scene" && begins) {
        burden.lateFrames = Math.floor(4 * this.#random.next() ** 2 * 2);
      } else if (kind === "level_load") {
        burden.level = !ends;
        // The game holds the machine up now and then while it loads: single frames are lost.
        if (this.#random.next() < HITCHES_A_STEP) burden.lateFrames++;
        if (this.#random.next() < HITCHES_A_STEP) burden.skippedFrames++;
      }
    }
    return burden;
  }
}
