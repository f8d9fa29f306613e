/** A session's post-mortem. */
import * as v from "valibot";
import { SEVERITIES } from "./severity.ts";

/** What trouble came from. */
export const CAUSES = [
  "network",
  "gpu",
  "encoder",
  "cpu",
  "memory",
  "disk",
  "audio",
  "obs",
  "sidecar",
] as const;

/** What trouble came from. */
export type Cause = (typeof CAUSES)[number];

const finite = v.pipe(v.number(), v.finite());
const integer = v.pipe(v.number(), v.integer());

/** Trouble of a session: when, what, and what it came from. */
export const ReportFindingSchema = v.object({
  cause: v.picklist(CAUSES),
  severity: v.picklist(SEVERITIES),
  /** Unix milliseconds. */
  from: integer,
  to: integer,
  /** What happened, with its figures, and what was fine meanwhile. */
  text: v.string(),
  /** What to do about it. */
  remedy: v.string(),
  /** Dotted paths in bridge.json of the figures that show it. */
  metrics: v.array(v.string()),
});

/** One figure beside that of earlier sessions. */
export const ComparisonSchema = v.object({
  label: v.string(),
  /** UCUM. */
  unit: v.string(),
  value: finite,
  /** Median of the earlier ones. */
  usual: finite,
  /** How many there were: at most ten. */
  sessions: integer,
  judgement: v.picklist(["better", "same", "worse"]),
});

/** A session's post-mortem, in words and figures. */
export const ReportSchema = v.object({
  /** One sentence: how it went. */
  summary: v.string(),
  verdict: v.picklist(["good", "fair", "bad"]),
  /** Oldest first. */
  findings: v.array(ReportFindingSchema),
  comparison: v.array(ComparisonSchema),
  /** What changed over the last sessions, a sentence each. */
  trends: v.array(v.string()),
});

/** A session's post-mortem, in words and figures. */
export type Report = v.InferOutput<typeof ReportSchema>;

/** Trouble of a session. */
export type ReportFinding = v.InferOutput<typeof ReportFindingSchema>;

/** One figure beside that of earlier sessions. */
export type Comparison = v.InferOutput<typeof ComparisonSchema>;
