import type { Severity } from "../../shared/severity.ts";
import type { Database } from "../history/database.ts";
import type { MomentContext } from "./told_facts.ts";

/** A session that was not ended is over when it was not seen for so long: the machine lost power. */
const UNSEEN_MS = 10 * 60_000;

/** What the history tells of a moment now: alerts that fired, and the evening that was live. */
export function momentContext(
  database: Database,
  atMs: number,
): MomentContext {
  const firing: Record<Severity, number> = { info: 0, warning: 0, error: 0, critical: 0 };
  const alerts = database.prepare(
    "SELECT severity, count(*) AS alerts FROM alerts " +
      "WHERE fired_at <= ? AND (resolved_at IS NULL OR resolved_at > ?) GROUP BY severity",
  ).all(atMs, atMs);
  for (const { severity, alerts: count } of alerts) firing[severity as Severity] = Number(count);
  const session = database.prepare(
    "SELECT max(start_time) AS start FROM stream_sessions " +
      "WHERE evening_uid IS NULL AND start_time <= ? AND coalesce(end_time, seen_time + ?) > ?",
  ).get(atMs, UNSEEN_MS, atMs);
  const start = session?.start ?? null;
  return { firing, sessionStartMs: start === null ? null : Number(start) };
}
