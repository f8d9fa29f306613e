import { causeOf, paceOf } from "./alert_causes.ts";
import type { Truth } from "./truth.ts";
import type { ToldAlert } from "./watch_world.ts";

/** What may come on top of hold and recovery: a tick, a window, a clock's rounding. */
const ALLOWANCE_MS = 2_000;

/** How long after trouble alerts may still come of it. */
const AFTERMATH_MS = 5_000;

/** In how many readings within the time before an alert frames were lost, for it to be true. */
const BESIDES_LEAST = 5;
const BESIDES_WITHIN_MS = 15_000;

/** How an evening was judged. */
export interface Score {
  truth: Truth;
  /** Whether the first alert of the incident named its cause, or nothing was told of nothing. */
  right: boolean;
  /** From the first harm to the first alert with the right cause; null if there was none. */
  foundMs: number | null;
  /** By how much that was later than the alert's hold time and the allowance; 0 if it was not. */
  foundLateMs: number;
  /** From the last harm until no alert of the incident was left; null if one stayed. */
  resolvedMs: number | null;
  /** As above; 0 too where what was watched ended before the alert had to. */
  resolvedLateMs: number;
  /** Alerts of the incident that named another cause. */
  misleading: ToldAlert[];
  /** Alerts that came again although the trouble was the same. */
  repeated: number;
  /** Alerts outside the incident. */
  falseAlerts: ToldAlert[];
}

/** Compares what was told with what happened. */
export function scoreEvening(truth: Truth, all: readonly ToldAlert[]): Score {
  const { trouble } = truth;
  const told = all.filter((alert) => !isOfOtherTrouble(alert, truth));
  const isOfIncident = ({ firedMs }: ToldAlert) =>
    trouble !== null && firedMs >= trouble.fromMs && firedMs <= trouble.endedMs + AFTERMATH_MS;
  const during = told.filter(isOfIncident);
  const matching = during.filter(({ id }) => causeOf(id) === truth.cause);
  const first = during[0];
  const found = matching[0];
  const base = {
    truth,
    misleading: during.filter(({ id }) => causeOf(id) !== truth.cause),
    repeated: during.length - new Set(during.map(({ id }) => id)).size,
    falseAlerts: told.filter((alert) => !isOfIncident(alert)),
  };
  if (trouble === null) {
    return {
      ...base,
      right: truth.cause === "none" && told.length === 0,
      foundMs: null,
      foundLateMs: 0,
      resolvedMs: null,
      resolvedLateMs: 0,
    };
  }
  const foundMs = found === undefined ? null : Math.max(0, found.firedMs - trouble.beganMs);
  const left = (alert: ToldAlert) =>
    alert.resolvedMs === null ? null : Math.max(0, alert.resolvedMs - trouble.endedMs);
  const lefts = matching.map(left);
  const isOver = matching.length > 0 && lefts.every((ms) => ms !== null);
  const isCutShort = matching.length > 0 &&
    matching.every((alert) => alert.resolvedMs !== null || endsTooSoon(truth, alert));
  return {
    ...base,
    right: first !== undefined && causeOf(first.id) === truth.cause,
    foundMs,
    foundLateMs: found === undefined || foundMs === null
      ? Infinity
      : Math.max(0, foundMs - paceOf(found.id).holdMs - ALLOWANCE_MS),
    resolvedMs: isOver ? Math.max(...lefts.map((ms) => ms ?? 0)) : null,
    resolvedLateMs: isOver
      ? Math.max(
        0,
        ...matching.map((alert) => (left(alert) ?? 0) - paceOf(alert.id).recoveryMs - ALLOWANCE_MS),
      )
      : isCutShort
      ? 0
      : Infinity,
  };
}

/** Whether the end came before an alert had to be over. */
function endsTooSoon({ trouble, watchedMs = Infinity }: Truth, { id }: ToldAlert): boolean {
  return watchedMs <= (trouble?.endedMs ?? 0) + paceOf(id).recoveryMs + ALLOWANCE_MS;
}

/** Whether an alert is true, though not of the trouble that was made. */
function isOfOtherTrouble({ id, firedMs }: ToldAlert, { besides = [] }: Truth): boolean {
  const cause = causeOf(id);
  const seen = besides.filter((other) =>
    other.cause === cause && other.atMs <= firedMs && other.atMs >= firedMs - BESIDES_WITHIN_MS
  );
  return seen.length >= BESIDES_LEAST;
}
