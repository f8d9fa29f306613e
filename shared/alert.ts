/** Alerts: what is wrong now, said to a person. */
import * as v from "valibot";
import { SEVERITIES } from "./severity.ts";

/** One active alert, as it stands in bridge.json under `health.alerts`. */
export const AlertSchema = v.object({
  /** Which rule, and for which output, GPU or collector: `network_drops:simple_stream`. */
  id: v.string(),
  severity: v.picklist(SEVERITIES),
  /** What, how bad, and what to do, in one or two sentences. */
  message: v.string(),
  /** Dotted path of the figure judged, as in bridge.json; null if there is no single one. */
  metric: v.nullable(v.string()),
  /** The figure that was judged, in the metric's unit. */
  value: v.nullable(v.pipe(v.number(), v.finite())),
  /** Unix milliseconds at which the trouble began. */
  since: v.nullable(v.pipe(v.number(), v.integer())),
});

/** One active alert. */
export type Alert = v.InferOutput<typeof AlertSchema>;
