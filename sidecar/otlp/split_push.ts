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

/** Outcomes that tell of the figures. */
type Decided = Extract<PushOutcome, { kind: "accepted" | "refused" | "too_big" }>;
/** Outcomes that leave everything where it is. */
export type Undecided = Exclude<PushOutcome, Decided>;

/** Figures of a moment, from one place up to another. */
interface Part {
  from: number;
  to: number;
}

/** How far the figures of one moment are told apart. Kept between tries: none is sent twice. */
interface Search {
  key: string;
  /** Not sent yet. */
  waiting: Part[];
  /** Not taken, and not halved yet. */
  refused: (Part & { isTooOld: boolean })[];
  /** Pushes that halving may still take; null before the first refusal. */
  tries: number | null;
  figures: Omit<Settled, "last">;
}

/** Pushes that the search takes without having found a good figure, where there is hardly one. */
const DOUBTFUL_TRIES = 14;

/** Remembers between batches what it found out about the figures that are not taken. */
export class SplitPush {
  readonly #options: SplitPushOptions;
  /** Ends of groups that hold a figure which is not taken, by row; the next one last. */
  #ends: number[] = [];
  #search: Search | null = null;
  /** Whether the last search found not a single good figure. */
  #wasInVain = false;

  constructor(options: SplitPushOptions) {
    this.#options = options;
  }

  /**
   * Stops at the first push that decides nothing. What was decided until then is not asked again if
   * the next batch begins with the same moments.
   * @returns what stopped it; null if everything is done with
   */
  async send(batch: readonly MomentPoints[]): Promise<Undecided | null> {
    let rest = batch;
    for (let [first] = rest; first !== undefined; [first] = rest) {
      const group = this.#nextGroup(rest, first);
      const half = group[Math.ceil(group.length / 2) - 1] ?? first;
      if (group.length === 1) {
        const undecided = await this.#tellApart(first);
        if (undecided !== null) return undecided;
      } else {
        const outcome = await this.#options.push(group.flatMap(({ points }) => points));
        if (isUndecided(outcome)) return outcome;
        if (outcome.kind !== "accepted") {
          this.#ends.push(half.moment.row.id);
          continue;
        }
        this.#wasInVain = false;
        await this.#settle(group, { ...NOTHING, ...takenOf(countOf(group), outcome) });
      }
      rest = rest.slice(group.length);
    }
    return null;
  }

  #nextGroup(rest: readonly MomentPoints[], first: MomentPoints): readonly MomentPoints[] {
    this.#ends = this.#ends.filter((id) => id >= first.moment.row.id);
    const end = this.#ends.at(-1) ?? Infinity;
    return rest.filter(({ moment }) => moment.row.id <= end);
  }

  /** Sends one moment; halves what is not taken of it until the good figures are. */
  async #tellApart(whole: MomentPoints): Promise<Undecided | null> {
    const search = this.#searchOf(whole);
    for (let [part] = search.waiting; part !== undefined; [part] = search.waiting) {
      const outcome = await this.#options.push(whole.points.slice(part.from, part.to));
      if (isUndecided(outcome)) return outcome;
      search.waiting.shift();
      this.#judge(search, { part, outcome });
    }
    for (const part of search.refused.splice(0)) leaveOut(search, part);
    await this.#settle([whole], search.figures);
    this.#wasInVain = search.figures.accepted === 0;
    this.#search = null;
    return null;
  }

  #searchOf({ moment: { row }, points }: MomentPoints): Search {
    const key = `${row.id} ${row.written_at_ms} ${points.length}`;
    if (this.#search?.key !== key) {
      const waiting = [{ from: 0, to: points.length }];
      this.#search = { key, waiting, refused: [], tries: null, figures: { ...NOTHING } };
    }
    return this.#search;
  }

  #judge(search: Search, { part, outcome }: { part: Part; outcome: Decided }): void {
    const { figures, refused, waiting } = search;
    if (outcome.kind === "accepted") {
      const taken = takenOf(part.to - part.from, outcome);
      figures.accepted += taken.accepted;
      figures.refused += taken.refused;
      figures.message = taken.message ?? figures.message;
      search.tries = Infinity;
    } else {
      const isTooOld = outcome.kind === "refused" && outcome.isTooOld;
      figures.message = outcome.message;
      search.tries ??= this.#triesFor(isTooOld);
      if (part.to - part.from > 1) refused.push({ ...part, isTooOld });
      else leaveOut(search, { ...part, isTooOld });
    }
    while (search.tries >= 2 && refused.length > 0) {
      const next = refused.shift();
      if (next === undefined) break;
      const middle = Math.ceil((next.from + next.to) / 2);
      waiting.push({ from: next.from, to: middle }, { from: middle, to: next.to });
      search.tries -= 2;
    }
  }

  /** All figures of a moment have one age. */
  #triesFor(isTooOld: boolean): number {
    if (isTooOld) return this.#wasInVain ? 0 : DOUBTFUL_TRIES;
    return this.#wasInVain ? DOUBTFUL_TRIES : Infinity;
  }

  async #settle(
    batch: readonly MomentPoints[],
    figures: Omit<Settled, "last">,
  ): Promise<void> {
    const last = batch.at(-1)?.moment;
    if (last !== undefined) await this.#options.settled({ last, ...figures });
  }
}

const NOTHING: Readonly<Omit<Settled, "last">> = {
  accepted: 0,
  refused: 0,
  tooOld: 0,
  message: null,
};

function isUndecided(outcome: PushOutcome): outcome is Undecided {
  return !["accepted", "refused", "too_big"].includes(outcome.kind);
}

function leaveOut({ figures }: Search, { from, to, isTooOld }: Part & { isTooOld: boolean }): void {
  figures[isTooOld ? "tooOld" : "refused"] += to - from;
}

function countOf(batch: readonly MomentPoints[]): number {
  return batch.reduce((sum, { points }) => sum + points.length, 0);
}

function takenOf(
  sent: number,
  { rejected, message }: Extract<PushOutcome, { kind: "accepted" }>,
): Pick<Settled, "accepted" | "refused" | "message"> {
  const refused = Math.min(rejected, sent);
  return { accepted: sent - refused, refused, message };
}
