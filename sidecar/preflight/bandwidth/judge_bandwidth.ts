import type { BandwidthReport, Finding } from "../../../shared/preflight.ts";
import type { Bandwidth } from "../../rtmp/bandwidth.ts";
import { fail, pass, warning } from "../check.ts";
import { rounded } from "../obs/plain.ts";

/** Share of what the line takes that can be streamed safely: the rest is for its bad moments. */
const SAFE_SHARE = 0.75;

/** Milliseconds of media that may wait at the end; OBS drops frames from 700 ms on. */
const GOOD_BACKLOG_MS = 200;
const FULL_BACKLOG_MS = 700;

/** Below this share of the pace the line did not take it all. */
const TOOK_ALL = 0.97;

/** What one test, or several at once, measured. */
export function bandwidthReport(
  platform: string,
  measured: readonly Bandwidth[],
): BandwidthReport {
  const sum = (of: (each: Bandwidth) => number) =>
    measured.reduce((total, each) => total + of(each), 0);
  const stabilities = measured.map(({ stability }) => stability);
  const sustained = sum(({ sustainedKbps }) => sustainedKbps);
  const isLink = measured.some(({ limitedBy }) => limitedBy === "link");
  return {
    platform,
    sustained_kbps: Math.round(sustained),
    limited_by: isLink ? "link" : "pace",
    pace_kbps: Math.round(sum(({ paceKbps }) => paceKbps)),
    stability: stabilities.reduce<number | null>(
      (least, each) => least === null || each === null ? null : Math.min(least, each),
      1,
    ),
    backlog_ms: Math.round(Math.max(0, ...measured.map(({ backlogMs }) => backlogMs))),
    recommended_kbps: isLink ? Math.floor(sustained * SAFE_SHARE) : null,
    method: measured.every(({ method }) => method === "acknowledgements")
      ? "acknowledgements"
      : "drain",
  };
}

/** What is going to be sent. */
export interface Need {
  /** kbit/s. */
  kbps: number;
  /** kbit/s of platforms that could not be tested and take their part of the same line. */
  untestedKbps?: number;
}

/** What the measured rate means for what is going to be sent. */
export function judgeBandwidth(
  report: BandwidthReport,
  { kbps, untestedKbps = 0 }: Need,
): Finding[] {
  const { sustained_kbps: sustained, limited_by: limit, backlog_ms: backlogMs } = report;
  const recommended = report.recommended_kbps ?? sustained;
  const all = kbps + untestedKbps;
  const atLeast = limit === "pace" ? "at least " : "";
  const seen = `The line takes ${atLeast}${mbps(sustained)} Mbit/s; ${mbps(all)} are planned.`;
  const expected = `${mbps(Math.ceil(all / SAFE_SHARE))} Mbit/s, so that a quarter is in reserve`;
  const lower = `Settings > Output > Streaming > Bitrate: together ${recommended} ` +
    "kbit/s or less, sound included. Or use a cable, and pause other uploads.";
  if (limit === "link" && sustained < all) return [fail(seen, { expected, remedy: lower })];
  if (backlogMs >= FULL_BACKLOG_MS && sustained >= TOOK_ALL * report.pace_kbps) {
    return [fail(
      `${seen} But ${seconds(backlogMs)} of video waited at the end: the line stalls.`,
      {
        expected: `less than ${FULL_BACKLOG_MS} ms`,
        remedy: "OBS would drop frames. Use a cable in place of Wi-Fi, and pause other uploads.",
      },
    )];
  }
  if (limit === "link" && recommended < all) {
    return [warning(`${seen} That leaves little for the line's bad moments.`, {
      expected,
      remedy: lower,
    })];
  }
  const findings: Finding[] = backlogMs < GOOD_BACKLOG_MS || limit === "link" ? [pass(seen)] : [
    warning(`${seen} At the end, ${seconds(backlogMs)} of video waited.`, {
      expected: `less than ${GOOD_BACKLOG_MS} ms`,
      remedy: "The line is unsteady. Use a cable in place of Wi-Fi, and pause other uploads.",
    }),
  ];
  if (limit === "link" || untestedKbps === 0 || sustained >= all) return findings;
  return [
    ...findings,
    warning(
      `${mbps(untestedKbps)} Mbit/s more go to platforms that cannot be tested: whether the line ` +
        "takes them too is not known.",
      { remedy: "Compare with what your provider promises for uploads." },
    ),
  ];
}

function mbps(kbps: number): string {
  return rounded(kbps / 1000, 1);
}

function seconds(ms: number): string {
  return `${rounded(ms / 1000, 1)} s`;
}
