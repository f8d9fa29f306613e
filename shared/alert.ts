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

/** Where an alert is: seen but not yet for long enough, told, over. */
export const ALERT_STATES = ["pending", "firing", "resolved"] as const;

/** Where an alert is. */
export type AlertState = (typeof ALERT_STATES)[number];

const unixMs = v.pipe(v.number(), v.integer());

/** One alert from its begin to its end, as it is remembered. */
export const AlertRecordSchema = v.object({
  ...AlertSchema.entries,
  /** Names this occurrence; `id` names what it is about, and comes back. */
  uid: v.string(),
  state: v.picklist(ALERT_STATES),
  /** The worst that it was. */
  severity: v.picklist(SEVERITIES),
  /** Unix milliseconds at which the trouble began. */
  since: unixMs,
  /** Unix milliseconds at which it was told; null if it never was. */
  fired_at: v.nullable(unixMs),
  /** Unix milliseconds at which it was over; null while it is not. */
  resolved_at: v.nullable(unixMs),
});

/** One alert from its begin to its end. */
export type AlertRecord = v.InferOutput<typeof AlertRecordSchema>;

/** Answer of `GET /api/v1/alerts`, newest first. */
export const AlertsSchema = v.object({ alerts: v.array(AlertRecordSchema) });

/** Answer of `GET /api/v1/alerts`. */
export type AlertsAnswer = v.InferOutput<typeof AlertsSchema>;
