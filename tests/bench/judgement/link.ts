import type { Random } from "../../../sidecar/demo/random.ts";

/** A stretch of time in which a line carries a share of what it usually does. */
export interface Dip {
  fromMs: number;
  toMs: number;
  /** 0: nothing gets through. */
  share: number;
}

/** A line: the streamer's uplink, or the way to one platform. */
export class Link {
  readonly #kbps: number;
  readonly #dips: readonly Dip[];
  readonly #random: Random;

  /** @param options.kbps what it carries usually */
  constructor({ kbps, dips, random }: { kbps: number; dips: readonly Dip[]; random: Random }) {
    this.#kbps = kbps;
    this.#dips = dips;
    this.#random = random;
  }

  /** What it carries at a moment, kbit/s. */
  capacityKbps(nowMs: number): number {
    let share = 1;
    for (const dip of this.#dips) {
      if (nowMs >= dip.fromMs && nowMs < dip.toMs) share = Math.min(share, dip.share);
    }
    return this.#random.around(this.#kbps * share, 0.1);
  }
}
