import type { BandwidthReport } from "../../../shared/preflight.ts";
import { formatCount, formatMs } from "../format.ts";
import { platformTitle } from "../settings/platform_title.ts";

/** One row of the table of bandwidths. */
export interface BandwidthRow {
  key: string;
  title: string;
  /** Whether the link was never full, so that `sustained` is a lower bound. */
  isAtLeast: boolean;
  /** kbit/s. */
  sustained: string;
  /** kbit/s; "–" if the link's limit was not found. */
  recommended: string;
  backlog: string;
}

/** What was measured, one target a row, in the order in which it was. */
export function bandwidthRows(reports: readonly BandwidthReport[]): BandwidthRow[] {
  return reports.map((report) => ({
    key: report.platform,
    title: report.platform === "all" ? "All at once" : platformTitle(report.platform),
    isAtLeast: report.limited_by === "pace",
    sustained: formatCount(report.sustained_kbps),
    recommended: formatCount(report.recommended_kbps),
    backlog: formatMs(report.backlog_ms),
  }));
}

/** Why no bandwidth can be tested now; null if it can. `obs` as in the snapshot. */
export function bandwidthObstacle(
  obs: { connected: boolean | null; streaming: boolean | null; outputs: readonly Sending[] | null },
): string | null {
  if (obs.connected !== true) return "Needs OBS: without it nobody knows whether you are live.";
  const isSending = (obs.outputs ?? []).some(({ active, kind }) =>
    active === true && (kind === "stream" || kind === "other")
  );
  return isSending || obs.streaming === true ? "Not while you are live." : null;
}

interface Sending {
  active: boolean | null;
  kind: string;
}
