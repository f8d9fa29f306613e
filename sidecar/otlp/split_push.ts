/** Sends figures, oldest first, so that those which a backend refuses do not keep the others back. */
import type { MetricPoint } from "./metric_points.ts";
import type { Moment } from "./moments.ts";
import type { PushOutcome } from "./push_outcome.ts";

/** The figures of a moment. */
export interface MomentPoints {
  moment: Moment;
  points: readonly MetricPoint[];
}

/** What became of moments that are done with. */
export interface Settled {
  /** The last of them. */
  last: Moment;
  accepted: number;
  refused: number;
  tooOld: number;
  /** Why figures were left out, if some were. */
  message: string | null;
}

/** What sending needs. */
export interface SplitPushOptions {
  push(points: readonly MetricPoint[]): Promise<PushOutcome>;
  /** Called as moments are done with, in order; awaited before the next push. */
  settled(settled: Settled): Promise<void>;
}

/** Outcomes that leave everything where it is. */
export type Undecided = Exclude<PushOutcome, { kind: "accepted" | "refused" | "too_big" }>;

/** Pushes that looking for the good figures of one moment may take. */
const MOST_TRIES = 24;

/** Remembers between batches whether looking for good figures among bad ones is of use. */
export class SplitPush {
  readonly #options: SplitPushOptions;
  /** Whether a refused moment is looked through: not again after one without a good figure. */
  #looksThrough = true;

  constructor(options: SplitPushOptions) {
    this.#options = options;
  }

  /** @returns what stopped it; null if everything is done with */
  async send(batch: readonly MomentPoints[]): Promise<Undecided | null> {
    const [first] = batch;
    if (first === undefined) return null;
    const outcome = await this.#options.push(batch.flatMap(({ points }) => points));
    if (outcome.kind === "accepted") {
      this.#looksThrough = true;
      await this.#settle(batch, { ...NOTHING, ...takenOf(batch, outcome) });
      return null;
    }
    if (isUndecided(outcome)) return outcome;
    if (batch.length === 1) return await this.#lookThrough(first, outcome);
    const half = Math.ceil(batch.length / 2);
    return await this.send(batch.slice(0, half)) ?? await this.send(batch.slice(half));
  }

  /** Halves the figures of one moment until those that are good are taken. */
  async #lookThrough(whole: MomentPoints, first: PushOutcome): Promise<Undecided | null> {
    let { accepted, refused, tooOld, message } = NOTHING as Omit<Settled, "last">;
    let tries = this.#looksThrough || first.kind === "too_big" ? MOST_TRIES : 0;
    const waiting = [{ points: whole.points, outcome: first }];
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const { points, outcome } = part;
      if (isUndecided(outcome)) return outcome;
      if (outcome.kind === "accepted") {
        const rejected = Math.min(outcome.rejected, points.length);
        accepted += points.length - rejected;
        refused += rejected;
        message = outcome.message ?? message;
      } else if (points.length === 1 || tries <= 0) {
        if (outcome.kind === "refused" && outcome.isTooOld) tooOld += points.length;
        else refused += points.length;
        message = outcome.message;
      } else {
        const half = Math.ceil(points.length / 2);
        for (const some of [points.slice(0, half), points.slice(half)]) {
          tries--;
          waiting.push({ points: some, outcome: await this.#options.push(some) });
        }
      }
    }
    this.#looksThrough = accepted > 0;
    await this.#settle([whole], { accepted, refused, tooOld, message });
    return null;
  }

  async #settle(
    batch: readonly MomentPoints[],
    figures: Omit<Settled, "last">,
  ): Promise<void> {
    const last = batch.at(-1)?.moment;
    if (last !== undefined) await this.#options.settled({ last, ...figures });
  }
}

const NOTHING = { accepted: 0, refused: 0, tooOld: 0, message: null } as const;

function isUndecided(outcome: PushOutcome): outcome is Undecided {
  return !["accepted", "refused", "too_big"].includes(outcome.kind);
}

function takenOf(
  batch: readonly MomentPoints[],
  { rejected, message }: Extract<PushOutcome, { kind: "accepted" }>,
): Pick<Settled, "accepted" | "refused" | "message"> {
  const sent = batch.reduce((sum, { points }) => sum + points.length, 0);
  const refused = Math.min(rejected, sent);
  return { accepted: sent - refused, refused, message };
}
