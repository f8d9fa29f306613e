import type { Retention } from "../history/retention.ts";
import type { Log } from "../log/log.ts";
import { openSessions } from "../sessions/open_sessions.ts";
import { openHistory } from "../wiring/open_history.ts";
import { alertsOf, PLOTS, snapshotsOf, startOf } from "./past_evening.ts";

/** What that needs. */
export interface RememberOptions {
  /** history.db, which no sidecar has open yet. */
  path: string;
  /** Unix milliseconds. */
  nowMs: number;
  retention: Retention;
  log: Log;
}

/** Seconds between two rows: each snapshot is one. */
const ROW_S = 10;

/** None of these sinks reads it. */
const NO_JSON = new Uint8Array();

/** Puts evenings that never were into a fresh history, as a sidecar that watched them would. */
export async function rememberEvenings(
  { path, nowMs, retention, log }: RememberOptions,
): Promise<void> {
  const evenings = PLOTS.map((plot) => ({ plot, startMs: startOf(plot, nowMs) }));
  const firstMs = evenings[0]?.startMs ?? nowMs;
  let atMs = firstMs;
  const clock = { now: () => atMs, monotonic: () => atMs - firstMs };
  const history = openHistory({
    path,
    metricsIntervalS: () => ROW_S,
    retention: () => retention,
    openAlerts: () => [],
    clock,
    log,
  });
  const sessions = openSessions({
    ...{ ...history, clock, alertsBetween: history.alerts.between },
    hasObsExited: () => true,
    isShutOut: () => false,
    carried: () => null,
    publish: () => {},
  });
  // The last 15 minutes, which the others of the history's sinks keep, are not these.
  const sinks = [...history.sinks.filter(({ name }) => name === "history"), sessions.sink];
  try {
    for (const { plot, startMs } of evenings) {
      atMs = startMs;
      for (const alert of alertsOf(plot, startMs)) {
        history.alerts.take({ state: "resolved", alert });
      }
      for (const telemetry of snapshotsOf(plot, startMs)) {
        atMs = telemetry.written_at_ms;
        for (const sink of sinks) await sink.write({ telemetry, json: NO_JSON });
      }
      // What waits is bounded: an evening at a time fits.
      history.writer.flush();
    }
    sessions.close();
  } finally {
    await history.close();
  }
}
