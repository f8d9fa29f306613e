/** Who is looked at, on the dashboards of one streamer and of one output. */
import type { Variable } from "./dashboard.ts";
import { type Panel, type PanelOptions, timeSeries } from "./panel.ts";
import { during, series } from "./promql.ts";

/** The chosen streamer's series. */
export const WHO = `streamer="$streamer",streamer_id=~"$machine"`;
/** Those of the streamer's outputs. */
export const OUTPUTS = `${WHO},platform=~"$platform"`;

/** What a person chooses. */
export const STREAMER_VARIABLES: readonly Variable[] = [
  {
    name: "streamer",
    label: "Streamer",
    query: `label_values(${series("obs.connected")}, streamer)`,
    multi: false,
  },
  {
    name: "machine",
    label: "Machine",
    query: `label_values(${series("obs.connected", `streamer="$streamer"`)}, streamer_id)`,
    multi: true,
  },
  {
    name: "platform",
    label: "Platform",
    query: `label_values(${series("obs.output.active", WHO)}, platform)`,
    multi: true,
  },
  {
    name: "session",
    label: "Session",
    query: `label_values(${series("obs.session.active", WHO)}, session)`,
    multi: true,
  },
];

/** Half of a screen's width. */
export const HALF = { width: 12, height: 8 } as const;

/** Lines over the time of the chosen session. */
export function overTime(options: Omit<PanelOptions, "width" | "height">): Panel {
  const queries = options.queries.map(({ expr, ...rest }) => ({ expr: during(expr), ...rest }));
  return timeSeries({ ...HALF, ...options, queries });
}
