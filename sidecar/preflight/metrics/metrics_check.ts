import type { TestResult } from "../../../shared/api.ts";
import type { Clock } from "../../time/clock.ts";
import type { LazyVault } from "../../vault/lazy_vault.ts";
import { type Check, pass, skipped, warning } from "../check.ts";

/** The push itself has 10 s. */
const DEADLINE_MS = 12_000;

/** What the check needs. */
export interface MetricsCheckOptions {
  /** Whether figures are to be sent: `[grafana] enabled`. */
  enabled: boolean;
  vault: Pick<LazyVault, "find">;
  /** Pushes nothing, and tells how that went. */
  testPush(): Promise<TestResult>;
  clock: Clock;
}

/** Whether the metrics backend takes figures. A stream does without it: never a failure. */
export function metricsCheck({ enabled, vault, testPush, clock }: MetricsCheckOptions): Check {
  return {
    id: "metrics.push",
    name: "Metrics backend",
    group: "metrics",
    platform: null,
    deadlineMs: DEADLINE_MS,
    lateStatus: "skipped",
    async run() {
      if (!enabled) return [skipped("Sending figures is turned off: [grafana] enabled.")];
      if (!await hasAddress(vault)) return [skipped("No metrics backend is set up.")];
      const begin = clock.monotonic();
      const { ok, message } = await testPush();
      const ms = Math.round(clock.monotonic() - begin);
      if (ok) return [pass(`${message} The round trip of a push took ${ms} ms.`)];
      const [seen = "", ...rest] = message.split(/(?<=\.) (?=[A-Z])/);
      return [warning(seen, {
        remedy: rest.join(" ") || "Check grafana.api_url and grafana.api_token.",
      })];
    },
  };
}

/** A vault that does not open is the push's to report. */
async function hasAddress(vault: Pick<LazyVault, "find">): Promise<boolean> {
  try {
    const opened = await vault.find();
    const entries = opened === null ? [] : await opened.list();
    return entries.some(({ id }) => id === "grafana.api_url");
  } catch {
    return true;
  }
}
