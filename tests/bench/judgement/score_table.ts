/** Sums scores up, one row for each kind of incident. */
import { figure } from "../format.ts";
import { summarise } from "../statistics.ts";
import type { Row } from "../section.ts";
import type { Score } from "./score.ts";

/** Share of evenings whose cause must be named. */
export const LEAST_RIGHT_SHARE = 0.98;

/** Whether one evening was judged as promised, but for alerts that mislead or come again. */
export function isGood({ right, foundLateMs, resolvedLateMs, falseAlerts }: Score): boolean {
  return right && foundLateMs === 0 && resolvedLateMs === 0 && falseAlerts.length === 0;
}

/** Rows of the results, and one over all. */
export function scoreRows(
  scores: readonly Score[],
  { what, runs }: { what: string; runs: string },
): Row[] {
  const kinds = [...new Set(scores.map(({ truth }) => truth.kind))];
  return [
    ...kinds.map((kind) =>
      kindRow(scores.filter(({ truth }) => truth.kind === kind), { what: `${what}: ${kind}`, runs })
    ),
    totalRow(scores, { what: `${what}: all`, runs }),
  ];
}

function totalRow(
  scores: readonly Score[],
  { what, runs }: { what: string; runs: string },
): Row {
  const right = scores.filter(({ right }) => right).length;
  const late = scores.filter(({ foundLateMs }) => foundLateMs > 0).length;
  const stayed = scores.filter(({ resolvedLateMs }) => resolvedLateMs > 0).length;
  const wrong = scores.reduce((sum, { falseAlerts }) => sum + falseAlerts.length, 0);
  return {
    what,
    promise: "right cause in ≥ 98 %, found in hold + 2 s, resolved in recovery + 2 s, none false",
    kept: right >= LEAST_RIGHT_SHARE * scores.length && late + stayed + wrong === 0,
    measured: `${right} of ${scores.length} right, ${late} found late, ${stayed} resolved late, ` +
      `${wrong} false alerts`,
    baseline: "",
    runs,
  };
}

function kindRow(
  scores: readonly Score[],
  { what, runs }: { what: string; runs: string },
): Row {
  const count = (test: (score: Score) => boolean) => scores.filter(test).length;
  const ids = (pick: (score: Score) => Score["falseAlerts"]) => tally(scores.flatMap(pick));
  const parts = [
    `${count(({ right }) => right)} of ${scores.length} right`,
    `found ${times(scores.map(({ foundMs }) => foundMs))}`,
    `${count(({ foundLateMs }) => foundLateMs > 0)} late${worst(scores, "foundLateMs")}`,
    `resolved ${times(scores.map(({ resolvedMs }) => resolvedMs))}`,
    `${count(({ resolvedLateMs }) => resolvedLateMs > 0)} late${worst(scores, "resolvedLateMs")}`,
    `misleading: ${ids(({ misleading }) => misleading)}`,
    `told again: ${scores.reduce((sum, { repeated }) => sum + repeated, 0)}`,
    `false: ${ids(({ falseAlerts }) => falseAlerts)}`,
  ];
  return { what, promise: "", kept: null, measured: parts.join("; "), baseline: "", runs };
}

/** The longest that something finite was late. */
function worst(scores: readonly Score[], field: "foundLateMs" | "resolvedLateMs"): string {
  const late = scores.map((score) => score[field]).filter((ms) => ms > 0 && ms < Infinity);
  return late.length === 0 ? "" : ` (by up to ${figure(Math.max(...late) / 1000)} s)`;
}

function times(values: readonly (number | null)[]): string {
  const known = values.filter((ms) => ms !== null);
  if (known.length === 0) return "–";
  const sorted = known.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? NaN;
  const { p50, max } = summarise(known);
  return [p50, p95, max].map((ms) => figure(ms / 1000)).join(" / ") + " s";
}

function tally(alerts: Score["falseAlerts"]): string {
  const counts = new Map<string, number>();
  for (const { id } of alerts) {
    const kind = id.split(":")[0] ?? id;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts.size === 0 ? "0" : [...counts].map(([id, n]) => `${n} × ${id}`).join(", ");
}
