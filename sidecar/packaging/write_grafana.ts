/**
 * Writes Grafana's dashboards and the alert rules to sidecar/grafana/, from the table of metrics. To
 * be run when that or they change:
 *
 *     deno run -P=build sidecar/packaging/write_grafana.ts
 */
import { alertRulesYaml } from "../grafana/alert_rules.ts";
import type { DashboardJson } from "../grafana/dashboard.ts";
import { FLEET } from "../grafana/fleet_dashboard.ts";
import { OUTPUT_BOARD } from "../grafana/output_dashboard.ts";
import { STREAMER } from "../grafana/streamer_dashboard.ts";

/** The dashboards by their paths from the repository's root. */
export const DASHBOARDS: Readonly<Record<string, DashboardJson>> = {
  "sidecar/grafana/obs_fleet.dashboard.json": FLEET,
  "sidecar/grafana/obs_streamer.dashboard.json": STREAMER,
  "sidecar/grafana/obs_output.dashboard.json": OUTPUT_BOARD,
};

/** Path of the alert rules from the repository's root. */
export const RULES_PATH = "sidecar/grafana/obs_alerts.rules.yaml";

/** Every file with its text. */
export function grafanaFiles(): Map<string, string> {
  return new Map([
    ...Object.entries(DASHBOARDS).map(([path, json]) =>
      [path, `${JSON.stringify(json, null, 2)}\n`] as const
    ),
    [RULES_PATH, alertRulesYaml()],
  ]);
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  for (const [path, text] of grafanaFiles()) await Deno.writeTextFile(path, text);
}
