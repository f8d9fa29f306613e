/** What the checks before a stream say: to the command line as JSON, to the API and the dock. */
import * as v from "valibot";

/** How a check or one of its findings stands. */
export const FINDING_STATUSES = ["pass", "warning", "fail", "skipped"] as const;

/** How a check or one of its findings stands. */
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** One thing that a check found. */
export const FindingSchema = v.object({
  status: v.picklist(FINDING_STATUSES),
  /** What was seen, as a sentence. */
  seen: v.string(),
  /** What would be right; null where that says nothing more. */
  expected: v.nullable(v.string()),
  /** What to do; null where there is nothing to do. */
  remedy: v.nullable(v.string()),
});

/** One thing that a check found. */
export type Finding = v.InferOutput<typeof FindingSchema>;

/** What the checks are about, in the order in which they are shown. */
export const CHECK_GROUPS = ["obs", "network", "bandwidth", "machine", "metrics"] as const;

/** What a check is about. */
export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** One check of a run. */
export const CheckReportSchema = v.object({
  /** Stable: `obs.audio`, `network.twitch`. */
  id: v.string(),
  /** As a person reads it: "Twitch: connection". */
  name: v.string(),
  group: v.picklist(CHECK_GROUPS),
  /** Name of the platform that it is about; null for the others. */
  platform: v.nullable(v.string()),
  /** The worst of its findings; `waiting` and `running` before there are any. */
  status: v.picklist(["waiting", "running", ...FINDING_STATUSES]),
  /** What it does at this moment, for a check that takes long: "6.1 Mbit/s, 8 s left". */
  progress: v.nullable(v.string()),
  /** Milliseconds; null until it has ended. */
  duration_ms: v.nullable(v.number()),
  findings: v.array(FindingSchema),
});

/** One check of a run. */
export type CheckReport = v.InferOutput<typeof CheckReportSchema>;

/** What the bandwidth test of one target measured. */
export const BandwidthReportSchema = v.object({
  /** Name of the platform; `all` for all of them at once. */
  platform: v.string(),
  /** kbit/s that the server took over the test. */
  sustained_kbps: v.number(),
  /** What held it: the link, or the pace of the test: then it is "at least" this. */
  limited_by: v.picklist(["link", "pace"]),
  /** kbit/s that were offered. */
  pace_kbps: v.number(),
  /**
   * 1 for the same rate in every second, towards 0 the more they differ; null if only the rate of
   * the whole test is known.
   */
  stability: v.nullable(v.number()),
  /** Milliseconds of video that waited at the end. */
  backlog_ms: v.number(),
  /**
   * kbit/s that can be streamed safely: 75 % of the sustained rate; null if the link's limit was
   * not found, for then it may be any above what was offered.
   */
  recommended_kbps: v.nullable(v.number()),
  /** How the rate was told. */
  method: v.picklist(["acknowledgements", "drain"]),
});

/** What the bandwidth test of one target measured. */
export type BandwidthReport = v.InferOutput<typeof BandwidthReportSchema>;

/** A run of the checks, finished or not. */
export const PreflightReportSchema = v.object({
  version: v.literal(1),
  /** Tells runs apart. */
  id: v.string(),
  /** Unix ms. */
  started_at: v.number(),
  /** Unix ms; null while it runs. */
  finished_at: v.nullable(v.number()),
  /** Whether to go live: no check failed; null while it runs, or if it was stopped. */
  verdict: v.nullable(v.picklist(["go", "no-go"])),
  /** Why it was stopped before its end; null if it was not. */
  stopped: v.nullable(v.string()),
  checks: v.array(CheckReportSchema),
  bandwidth: v.array(BandwidthReportSchema),
});

/** A run of the checks, finished or not. */
export type PreflightReport = v.InferOutput<typeof PreflightReportSchema>;

/** The worse of two; a check that found nothing was skipped. */
export function worstStatus(findings: readonly Pick<Finding, "status">[]): FindingStatus {
  const order: readonly FindingStatus[] = ["fail", "warning", "pass", "skipped"];
  return order.find((status) => findings.some((finding) => finding.status === status)) ?? "skipped";
}

/** A run asked for through the API: all that is left out is as without it. */
export const PreflightRequestSchema = v.strictObject({
  /** Whether to test the bandwidth too, which publishes. */
  bandwidth: v.optional(v.boolean(), false),
  /** Names of `[platforms.<name>]` to check; without it, all that are enabled. */
  platforms: v.optional(v.pipe(v.array(v.string()), v.maxLength(64)), []),
  /** Seconds of the bandwidth test for each platform; null for what the settings say. */
  duration_s: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(120))),
    null,
  ),
});

/** A run asked for through the API. */
export type PreflightRequest = v.InferOutput<typeof PreflightRequestSchema>;

/** Answer of `GET /api/v1/preflight/runs`: the last ones that have ended, newest first. */
export const PreflightRunsSchema = v.object({ runs: v.array(PreflightReportSchema) });
