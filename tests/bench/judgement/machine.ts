import type { Random } from "../../../sidecar/demo/random.ts";
import type { MachineMoment } from "./recording.ts";

const GIB = 2 ** 30;
const DISK_GIB = 930;
const CORES = 16;

/** The streamer's PC: its processor, memory, and the drive that OBS records to. */
export class Machine {
  readonly #random: Random;
  #busy = 0;
  #total = 0;
  #usedShare: number;
  #freeBytes: number;

  constructor(random: Random) {
    this.#random = random;
    this.#usedShare = 0.45 + 0.35 * random.next();
    this.#freeBytes = (180 + 500 * random.next()) * GIB;
  }

  /** Free bytes of the drive. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Lets a step pass. */
  run(stepMs: number, { cpu, writtenBytes }: { cpu: number; writtenBytes: number }): void {
    const total = stepMs * CORES;
    this.#total += total;
    this.#busy += total * Math.min(1, this.#random.around(cpu, 0.08));
    this.#freeBytes = Math.max(0, this.#freeBytes - writtenBytes);
  }

  /** Somebody deletes what they no longer need. */
  makeRoom(): void {
    this.#freeBytes = Math.min(DISK_GIB, 220) * GIB;
  }

  /** What the system tells. */
  moment(): MachineMoment {
    return {
      cpu: { busy: this.#busy, total: this.#total },
      memory: { total: 32 * GIB, available: 32 * GIB * (1 - this.#usedShare) },
      diskFreeBytes: this.#freeBytes,
    };
  }
}
