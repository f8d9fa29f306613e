/** Sessions: what the sidecar remembers of every stream. */
import * as v from "valibot";
import { AlertRecordSchema } from "./alert.ts";
import { HistorySchema } from "./api.ts";
import { MAX_NOTES_LENGTH } from "./max_notes_length.ts";
import { ReportSchema } from "./report.ts";

/**
 * How a session ended: somebody stopped the stream; OBS went away in the middle of it; the sidecar
 * was not there when it ended; the machine slept.
 */
export const SESSION_ENDS = ["stopped", "obs_crashed", "sidecar_stopped", "machine_slept"] as const;

const finite = v.pipe(v.number(), v.finite());
const integer = v.pipe(v.number(), v.integer());
const figure = v.nullable(finite);
const count = v.nullable(integer);

/** The minute of a session in which most frames were lost. */
export const WorstMinuteSchema = v.object({
  /** Unix milliseconds of its begin. */
  at: integer,
  /** Percent of its frames that were lost: the shares of the three kinds together. */
  lost_percentage: finite,
  /** To what most of them were lost. */
  cause: v.picklist(["network", "gpu", "encoder"]),
});

/**
 * One time that a network output was live, or a whole evening: from the first output's begin to the
 * last one's end. Figures of an evening are over its outputs. Unknown is null.
 */
export const SessionSchema = v.object({
  id: integer,
  kind: v.picklist(["evening", "output"]),
  /** Of an output: its evening. */
  evening_id: count,
  /** OBS's outputName; null for an evening. */
  output_id: v.nullable(v.string()),
  /** Of an output: what a person reads; of an evening: its outputs' names, joined. */
  name: v.string(),
  platform: v.nullable(v.string()),
  /** Unix milliseconds. */
  start_time: integer,
  /** Unix milliseconds; null while it goes on. */
  end_time: count,
  /** Time on air by the sidecar's own steady clock, without the time that nobody watched. */
  duration_s: finite,
  ended: v.nullable(v.picklist(SESSION_ENDS)),
  /** Frames for the network, and those that it could not take. */
  total_frames: count,
  dropped_frames: count,
  /** Frames of all of OBS while this was live: rendered, and too late for it. */
  render_total_frames: count,
  render_lagged_frames: count,
  /** Frames of all of OBS while this was live: for the encoder, and those it skipped. */
  encoder_total_frames: count,
  encoder_skipped_frames: count,
  /** kbit/s: mean, most, and what it was above of for 95 % of the time; null for the first 10 s. */
  avg_bitrate_kbps: figure,
  peak_bitrate_kbps: figure,
  p5_bitrate_kbps: figure,
  target_bitrate_kbps: figure,
  reconnects: count,
  downtime_s: figure,
  avg_gpu_temp: figure,
  peak_gpu_temp: figure,
  worst_minute: v.nullable(WorstMinuteSchema),
  /** Alerts of `error` or `critical`, and those of `warning`, that fired in it. */
  errors: integer,
  warnings: integer,
  /** What the user wrote. */
  notes: v.string(),
});

/** One session. */
export type Session = v.InferOutput<typeof SessionSchema>;

/** Answer of `GET /api/v1/sessions`: evenings with their outputs, newest first. */
export const SessionsSchema = v.object({
  sessions: v.array(v.object({ ...SessionSchema.entries, outputs: v.array(SessionSchema) })),
  /** `before` of the next page; null on the last one. */
  next_before: count,
});

/** Answer of `GET /api/v1/sessions`. */
export type SessionsAnswer = v.InferOutput<typeof SessionsSchema>;

/** Answer of `GET /api/v1/sessions/{id}`. */
export const SessionDetailSchema = v.object({
  session: SessionSchema,
  /** Of an evening: its outputs. */
  outputs: v.array(SessionSchema),
  /** Alerts that fired in it, oldest first. */
  alerts: v.array(AlertRecordSchema),
  /** Its figures over time, all on one axis. */
  series: v.array(HistorySchema),
  report: ReportSchema,
});

/** One session with everything that is known of it. */
export type SessionDetail = v.InferOutput<typeof SessionDetailSchema>;

/** Body of `PATCH /api/v1/sessions/{id}`; answered with the session. */
export const SessionChangeSchema = v.strictObject({
  notes: v.pipe(v.string(), v.maxLength(MAX_NOTES_LENGTH)),
});

/** Data of a `session` event: a session began, ended, or has other notes. */
export interface SessionEvent {
  session: Session;
}
