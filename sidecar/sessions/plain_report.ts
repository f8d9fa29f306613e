import type { Report } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";

/** Shares of lost frames, in percent, from which a session was fair, and bad (OBS's Stats dock). */
const FAIR_PERCENT = 1;
const BAD_PERCENT = 5;

/** A session's report out of its own figures alone. */
export function plainReport({ session }: { session: Session }): Report {
  const lost = [
    ["the network", session.dropped_frames, session.total_frames],
    ["the GPU", session.render_lagged_frames, session.render_total_frames],
    ["the encoder", session.encoder_skipped_frames, session.encoder_total_frames],
  ] as const;
  const worst = lost
    .map(([cause, part, whole]) => ({ cause, percent: part && whole ? part / whole * 100 : 0 }))
    .toSorted((a, b) => b.percent - a.percent)[0];
  const percent = worst?.percent ?? 0;
  return {
    summary: percent < 0.01 || worst === undefined
      ? "No frame was lost that is worth speaking of."
      : `${
        percent.toFixed(2)
      } % of the frames were lost to ${worst.cause}, more than to anything else.`,
    verdict: percent > BAD_PERCENT ? "bad" : percent > FAIR_PERCENT ? "fair" : "good",
    findings: [],
    comparison: [],
    trends: [],
  };
}
