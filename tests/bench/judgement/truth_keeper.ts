import type { Incident } from "./evening.ts";
import { INCIDENT_CAUSES } from "./evening.ts";
import type { Truth } from "./truth.ts";

/** Sees the harm that an incident does, and writes down when it began and ended. */
export class TruthKeeper {
  readonly #incident: Incident;
  readonly #originMs: number;
  #began: number | null = null;
  #ended = 0;
  #isOver = false;

  /** @param originMs the moment from which times are counted */
  constructor(incident: Incident, originMs: number) {
    this.#incident = incident;
    this.#originMs = originMs;
  }

  /** Takes a step in which the incident did harm, or did not. */
  step(nowMs: number, harmful: boolean): void {
    const { fromMs, toMs, kind } = this.#incident;
    if (kind === "nothing" || nowMs < fromMs || this.#isOver) return;
    if (harmful) {
      this.#began ??= nowMs;
      this.#ended = nowMs;
    } else if (nowMs >= toMs) {
      this.#isOver = true;
    }
  }

  /** What happened. */
  truth(): Truth {
    const { kind, fromMs } = this.#incident;
    const since = (ms: number) => ms - this.#originMs;
    return {
      cause: INCIDENT_CAUSES[kind],
      kind,
      trouble: this.#began === null ? null : {
        fromMs: since(fromMs),
        beganMs: since(this.#began),
        endedMs: since(this.#ended),
      },
    };
  }
}
