const GIB = 2 ** 30;

/** How fast it is: as if all but this were to be full after half the time. */
const AIM_BYTES = 1.5 * GIB;

/** So much it leaves. */
const LEFT_BYTES = 2 * GIB;

/** Something else that fills the drive of the recordings, so that little is left for half the time. */
export class DriveFiller {
  readonly #lastsMs: number;
  #bytesPerMs = 0;

  /** @param lastsMs how long it goes on */
  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  /** Lets a step pass. @returns what it wrote, and whether its files have just been deleted */
  step(
    stepMs: number,
    { isOn, freeBytes }: { isOn: boolean; freeBytes: number },
  ): { filledBytes: number; isOver: boolean } {
    if (!isOn) {
      const isOver = this.#bytesPerMs > 0;
      this.#bytesPerMs = 0;
      return { filledBytes: 0, isOver };
    }
    if (this.#bytesPerMs === 0) {
      this.#bytesPerMs = (freeBytes - AIM_BYTES) / (this.#lastsMs / 2);
    }
    return { filledBytes: freeBytes > LEFT_BYTES ? this.#bytesPerMs * stepMs : 0, isOver: false };
  }
}
