/** How long after a change of scene its frames may come late: sources load, a transition runs. */
const LOADS_MS = 1_000;

/** Seconds of video that may be late for that; a scene that costs more is too heavy. */
const MOST_S = 0.5;

/** What a change of scene is told by. */
export interface SceneMoment {
  scene: string | null;
  /** Frames rendered late since OBS began to count. */
  late: number | null;
  /** Frames a second that OBS is set to. */
  fps: number;
}

/** Leaves out of the count of late frames those that changes of scene cost. */
export class SceneCost {
  #scene: string | null = null;
  #changedAtMs = -Infinity;
  #late: number | null = null;
  /** Frames that the last change may still cost, and that all of them have. */
  #left = 0;
  #cost = 0;

  /** Takes one moment. @returns the late frames that no change of scene explains */
  without({ scene, late, fps }: SceneMoment, nowMs: number): number | null {
    if (scene !== this.#scene && this.#scene !== null) {
      this.#changedAtMs = nowMs;
      this.#left = fps * MOST_S;
    }
    this.#scene = scene;
    const before = this.#late;
    this.#late = late;
    if (late === null) return null;
    if (before === null || late < before) {
      this.#cost = 0;
    } else if (nowMs - this.#changedAtMs <= LOADS_MS) {
      const cost = Math.min(this.#left, late - before);
      this.#left -= cost;
      this.#cost += cost;
    }
    return late - this.#cost;
  }
}
