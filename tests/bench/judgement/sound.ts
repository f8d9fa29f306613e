import type { Random } from "../../../sidecar/demo/random.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";

const MIC = "Mic/Aux";
const DESKTOP = "Desktop Audio";

/** Names of the inputs with sound. */
export const SOUND_INPUTS = [DESKTOP, MIC] as const;

/** A microphone that speaks now and then, and a game that is hardly ever silent. */
export class Sound {
  readonly #random: Random;
  #talkUntilMs = 0;
  #restUntilMs = 0;
  #gameRestUntilMs = 0;
  #nowMs = 0;
  micMuted = false;
  /** Whether nothing arrives at all: a cable is out, or the device is gone. */
  dead = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Lets time go by. */
  run(nowMs: number): void {
    this.#nowMs = nowMs;
    if (nowMs >= this.#restUntilMs) {
      this.#talkUntilMs = nowMs + 500 + 6_000 * this.#random.next();
      this.#restUntilMs = this.#talkUntilMs + 500 + 14_000 * this.#random.next();
      if (this.#random.next() < 0.05) this.#gameRestUntilMs = nowMs + 9_000 * this.#random.next();
    }
  }

  /** Whether a viewer hears anything. */
  get isHeard(): boolean {
    return this.#plays || !this.dead && this.#speaks && !this.micMuted;
  }

  /** Data of an `InputVolumeMeters` event: magnitude, peak and peak before the fader, by channel. */
  meters(): Fields {
    const mic = this.dead ? 0 : this.#speaks ? this.#random.around(0.12, 0.6) : 0.0006;
    const game = this.#plays ? this.#random.around(0.08, 0.7) : 0;
    const input = (inputName: string, level: number, heard: number) => ({
      inputName,
      inputLevelsMul: [0, 1].map(() => [heard * 0.4, heard, level]),
    });
    return { inputs: [input(DESKTOP, game, game), input(MIC, mic, this.micMuted ? 0 : mic)] };
  }

  get #plays(): boolean {
    return !this.dead && this.#nowMs >= this.#gameRestUntilMs;
  }

  get #speaks(): boolean {
    return this.#nowMs < this.#talkUntilMs;
  }
}

/** Whether an input is the microphone. */
export function isMic(inputName: unknown): boolean {
  return inputName === MIC;
}
