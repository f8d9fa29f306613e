import type { AlertEvent } from "../../shared/api.ts";
import { Judge } from "../health/judge.ts";
import { RULES } from "../health/rules.ts";
import type { AlertSettings } from "../health/thresholds.ts";
import { type AlertEvents, createAlertEvents } from "../sinks/alert_events.ts";
import type { Clock } from "../time/clock.ts";

/** What judging needs. */
export interface HealthOptions {
  clock: Clock;
  settings(): AlertSettings;
  /** How the connection to OBS stands. */
  connection: { readonly exited: boolean; readonly shutOut: boolean };
  /** Told of every alert that fires, gets worse or is over. */
  publish(event: AlertEvent): void;
}

/** The judge over all rules, and the sink that tells what its verdicts change. */
export function openHealth(
  { clock, settings, connection, publish }: HealthOptions,
): { judge: Judge; alertEvents: AlertEvents } {
  const alertEvents = createAlertEvents({ publish });
  const judge = new Judge({
    rules: RULES,
    clock,
    settings,
    hasObsExited: () => connection.exited,
    isShutOut: () => connection.shutOut,
    onChange: (event) => alertEvents.take(event),
  });
  return { judge, alertEvents };
}
