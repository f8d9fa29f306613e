import type { Alert } from "../../shared/alert.ts";
import { countedAs, type TrackedSession } from "./tracked_session.ts";

const OUTPUTS = "obs.outputs.";

/** Alerts that fire when a session begins: they are not its own. */
export function knowAlerts(alerts: readonly Alert[]): TrackedSession["counting"]["firing"] {
  return Object.fromEntries(alerts.map(({ id, severity }) => [id, countedAs(severity)]));
}

/** Counts the alerts that a session is told of for the first time, each as the worst it was. */
export function countAlerts(session: TrackedSession, alerts: readonly Alert[]): void {
  const { counting } = session;
  const before = new Map(Object.entries(counting.firing));
  const firing = new Map<string, "error" | "warning" | "none">();
  for (const alert of alerts) {
    const now = countedAs(alert.severity);
    const known = before.get(alert.id);
    const isWorse = known === undefined || rank(now) > rank(known);
    firing.set(alert.id, isWorse ? now : known);
    if (!isWorse || !concerns(session, alert)) continue;
    if (known === "warning") session.warnings = Math.max(0, session.warnings - 1);
    if (now === "error") session.errors++;
    if (now === "warning") session.warnings++;
  }
  counting.firing = Object.fromEntries(firing);
}

function rank(counted: "error" | "warning" | "none"): number {
  return ["none", "warning", "error"].indexOf(counted);
}

/** Whether an alert is about this session, or about all of OBS and the machine. */
function concerns({ outputId }: TrackedSession, { metric }: Alert): boolean {
  if (outputId === null || metric === null || !metric.startsWith(OUTPUTS)) return true;
  return metric.startsWith(`${OUTPUTS}${outputId}.`);
}
