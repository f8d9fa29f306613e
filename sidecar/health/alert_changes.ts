import type { AlertEvent } from "../../shared/api.ts";
import type { Alert } from "../../shared/alert.ts";

/**
 * Which alerts went between two snapshots, then which came or are now more or less severe; by their
 * ids.
 */
export function alertChanges(before: readonly Alert[], now: readonly Alert[]): AlertEvent[] {
  const isIn = (alerts: readonly Alert[], { id }: Alert) => alerts.some((alert) => alert.id === id);
  const isAsBad = ({ id, severity }: Alert) =>
    before.some((alert) => alert.id === id && alert.severity === severity);
  return [
    ...before.filter((alert) => !isIn(now, alert))
      .map((alert) => ({ state: "resolved", alert }) as const),
    ...now.filter((alert) => !isAsBad(alert))
      .map((alert) => ({ state: "firing", alert }) as const),
  ];
}
