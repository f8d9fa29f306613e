/** A pause that can be ended early; ended while there is none, it ends the next one. */
export class WakefulPause {
  #end: (() => void) | null = null;
  #isEnded = false;

  /** Waits for so many milliseconds, which may be Infinity, or until it is ended. */
  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isEnded) {
        this.#isEnded = false;
        return resolve();
      }
      const done = () => {
        clearTimeout(timer);
        this.#end = null;
        resolve();
      };
      const timer = ms === Infinity ? undefined : setTimeout(done, ms);
      this.#end = done;
    });
  }

  end(): void {
    if (this.#end === null) this.#isEnded = true;
    else this.#end();
  }
}
