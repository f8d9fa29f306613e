import type { AlertEvent } from "../../shared/api.ts";
import type { Alert } from "../../shared/alert.ts";

/** Which alerts came and which went between two snapshots, by their ids; those that went first. */
export function alertChanges(before: readonly Alert[], now: readonly Alert[]): AlertEvent[] {
  const isIn = (alerts: readonly Alert[], { id }: Alert) => alerts.some((alert) => alert.id === id);
  return [
    ...before.filter((alert) => !isIn(now, alert))
      .map((alert) => ({ state: "resolved", alert }) as const),
    ...now.filter((alert) => !isIn(before, alert))
      .map((alert) => ({ state: "firing", alert }) as const),
  ];
}
