import type { Comparison } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";
import { comparable, figureOf, leastDifference, SESSION_FIGURES } from "./figures.ts";
import { median, usualSpread } from "./statistics.ts";

/** Of fewer earlier sessions nobody knows what is usual. */
const LEAST_SESSIONS = 3;

/** How many usual spreads from the median a figure must lie to be another one. */
const SPREADS = 2;

/**
 * A session's figures beside the median of the last ten earlier ones. Better or worse is what lies
 * further from it than such figures usually do, by more than anybody would notice.
 */
export function compare(session: Session, earlier: readonly Session[]): Comparison[] {
  return SESSION_FIGURES.flatMap((figure): Comparison[] => {
    const value = figureOf(figure, session);
    const others = comparable(figure, { session, earlier }).map((other) => other.value);
    const usual = median(others);
    if (value === null || usual === null || others.length < LEAST_SESSIONS) return [];
    const least = Math.max(leastDifference(figure, usual), SPREADS * usualSpread(others));
    const isOther = Math.abs(value - usual) > least;
    const isBetter = (value > usual) === (figure.better === "higher");
    return [{
      label: figure.label,
      unit: figure.unit,
      value: rounded(value),
      usual: rounded(usual),
      sessions: others.length,
      judgement: !isOther ? "same" : isBetter ? "better" : "worse",
    }];
  });
}

/** To two decimals, which is more than a figure is worth. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
