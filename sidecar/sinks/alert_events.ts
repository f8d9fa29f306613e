import type { AlertEvent } from "../../shared/api.ts";
import type { Alert } from "../../shared/alert.ts";
import { alertChanges } from "../health/alert_changes.ts";
import type { Sink } from "./sink.ts";

/** Tells of alerts that come and go. */
export interface AlertEvents extends Sink {
  /** Tells nothing more: that the sidecar stops resolves no alert. */
  end(): void;
}

/**
 * Makes a sink that publishes an event for each alert that comes or goes. What fires already in the
 * first snapshot is in that snapshot, and no event.
 */
export function createAlertEvents(
  { publish }: { publish(event: AlertEvent): void },
): AlertEvents {
  let known: readonly Alert[] | null = null;
  let ended = false;
  return {
    name: "alert events",
    write({ telemetry: { health: { alerts } } }) {
      if (ended) return;
      const changes = known === null ? [] : alertChanges(known, alerts);
      known = alerts;
      for (const change of changes) publish(change);
    },
    end() {
      ended = true;
    },
  };
}
