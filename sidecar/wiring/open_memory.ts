import type { AlertEvent } from "../../shared/api.ts";
import type { Config } from "../../shared/config.ts";
import type { ObsCollector } from "../collectors/obs.ts";
import type { Judge } from "../health/judge.ts";
import { alertSettings } from "../health/thresholds.ts";
import { retentionOf } from "../history/retention.ts";
import type { Log } from "../log/log.ts";
import type { ObsConnection } from "../obs/connection.ts";
import { type OpenSessions, openSessions } from "../sessions/open_sessions.ts";
import type { LiveStream } from "../sinks/live.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Clock } from "../time/clock.ts";
import { openHealth } from "./open_health.ts";
import { type OpenHistory, openHistory } from "./open_history.ts";

/** What is made of the snapshots: alerts, history and sessions. */
export interface Memory {
  readonly judge: Judge;
  readonly history: OpenHistory;
  readonly sessions: OpenSessions;
  /** What snapshots are written to, in this order. */
  readonly sinks: readonly Sink[];
  /** Takes new settings. */
  settingsChanged(): void;
  /** No snapshot counts from now on: what fires is told no longer. */
  end(): void;
}

/** What that needs. */
export interface MemoryOptions {
  config(): Config;
  /** history.db. */
  path: string;
  connection: ObsConnection;
  obs: ObsCollector;
  live: LiveStream;
  /** Told of every alert that fires, gets worse or is over. */
  onAlert(event: AlertEvent): void;
  clock: Clock;
  log: Log;
}

/** Opens what judges the snapshots and remembers them. */
export function openMemory(options: MemoryOptions): Memory {
  const { config, path, connection, obs, live, onAlert, clock, log } = options;
  let alerts = alertSettings(config().alerts);
  const { judge, alertEvents } = openHealth({
    settings: () => alerts,
    publish(event) {
      live.publish("alert", event);
      history.alerts.take(event);
      onAlert(event);
    },
    clock,
    connection,
  });
  const history = openHistory({
    path,
    metricsIntervalS: () => config().engine.metrics_interval,
    retention: () => retentionOf(config()),
    openAlerts: () => judge.open(),
    clock,
    log,
  });
  const sessions = openSessions({
    ...{ ...history, clock, alertsBetween: history.alerts.between },
    hasObsExited: () => connection.exited,
    isShutOut: () => connection.shutOut,
    carried: (outputId) => obs.carried(outputId),
    publish: (event) => live.publish("session", event),
  });
  return {
    judge,
    history,
    sessions,
    sinks: [alertEvents, ...history.sinks, sessions.sink],
    settingsChanged() {
      alerts = alertSettings(config().alerts);
    },
    end() {
      alertEvents.end();
      sessions.close();
    },
  };
}
