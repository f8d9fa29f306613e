import type { Session } from "../../shared/session.ts";
import {
  comparable,
  figureOf,
  leastDifference,
  SESSION_FIGURES,
  type SessionFigure,
} from "./figures.ts";
import { median, theilSenSlope, trendChance } from "./statistics.ts";
import { decimal, kbpsWords } from "./words.ts";

/** How rarely figures without a trend may look like these. Of four sessions none is so rare. */
const MOST_CHANCE = 0.02;

/** Changes in one direction that are told as "evenings in a row". */
const LEAST_ROW = 3;

/**
 * What changed over this session and the last ten before it, a sentence each. Told is only what
 * figures without a trend show in one of fifty cases (Mann–Kendall), and whose change over all of
 * them (Theil–Sen) is one that anybody would notice.
 */
export function findTrends(session: Session, earlier: readonly Session[]): string[] {
  return SESSION_FIGURES.flatMap((figure) => {
    const last = figureOf(figure, session);
    if (last === null) return [];
    const before = comparable(figure, { session, earlier }).map(({ value }) => value);
    const sentence = trendOf(figure, [...before, last]);
    const noun = session.kind === "evening" ? "evenings" : "streams";
    return sentence === null ? [] : [sentence.replace("evenings", noun)];
  });
}

/** A sentence on a figure that rises or falls, oldest first; null if it does neither. */
function trendOf(figure: SessionFigure, values: readonly number[]): string | null {
  if (trendChance(values) > MOST_CHANCE) return null;
  const slope = theilSenSlope(values);
  const change = Math.abs(slope) * (values.length - 1);
  const size = median(values) ?? 0;
  if (slope === 0 || change < leastDifference(figure, size)) return null;
  const direction = Math.sign(slope);
  const row = rowLength(values, direction);
  const isRow = row >= LEAST_ROW;
  const [verb, going] = direction > 0 ? ["risen", "rising"] : ["fallen", "falling"];
  const how = isRow
    ? `has ${verb} ${inWords(row)} evenings in a row`
    : `has been ${going} over the last ${inWords(values.length)} evenings`;
  const middle = (values.length - 1) / 2;
  const fitted = (place: number) => Math.max(0, size + slope * (place - middle));
  const [from, to] = isRow
    ? [values.at(-1 - row) ?? 0, values.at(-1) ?? 0]
    : [fitted(0), fitted(values.length - 1)];
  const about = isRow ? "" : "about ";
  return `${figure.label}: it ${how}, from ${about}${written(figure, from)} to ${about}` +
    `${written(figure, to)}.`;
}

/** How many of the last changes went in that direction without a break. */
function rowLength(values: readonly number[], direction: number): number {
  let row = 0;
  for (let index = values.length - 1; index > 0; index--) {
    if (Math.sign((values[index] ?? 0) - (values[index - 1] ?? 0)) !== direction) break;
    row++;
  }
  return row;
}

function inWords(count: number): string {
  return [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
  ][
    count
  ] ?? String(count);
}

function written({ unit }: SessionFigure, value: number): string {
  if (unit === "kbit/s") return kbpsWords(value);
  if (unit === "Cel") return `${value.toFixed(0)} °C`;
  return unit === "%" ? `${decimal(value, 2)} %` : decimal(value, 1);
}
