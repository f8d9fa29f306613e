/** Turns a flow of fractions into whole counts without losing any: the rest waits for the next. */
export class WholeCounter {
  #rest = 0;

  /** Adds an amount; returns the whole ones that are due. */
  take(amount: number): number {
    const due = this.#rest + amount;
    const whole = Math.floor(due);
    this.#rest = due - whole;
    return whole;
  }
}
