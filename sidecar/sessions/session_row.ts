/** Sessions as rows of the table `stream_sessions`. */
import * as v from "valibot";
import { type Session, SESSION_ENDS, SessionSchema } from "../../shared/session.ts";
import type { CountingState, KeptSession } from "./tracked_session.ts";

/** A row, as SQLite gives it. */
export interface SessionRow {
  id: number;
  uid: string;
  evening_uid: string | null;
  output_id: string | null;
  name: string;
  platform: string;
  start_time: number;
  end_time: number | null;
  seen_time: number;
  ended: string | null;
  total_frames: number | null;
  dropped_frames: number | null;
  avg_bitrate: number | null;
  peak_bitrate: number | null;
  avg_gpu_temp: number | null;
  notes: string | null;
  /** JSON of `RowData`. */
  data: string;
}

/** The figures that have no column of their own. */
const FiguresSchema = v.pick(SessionSchema, [
  "duration_s",
  "render_total_frames",
  "render_lagged_frames",
  "encoder_total_frames",
  "encoder_skipped_frames",
  "p5_bitrate_kbps",
  "target_bitrate_kbps",
  "reconnects",
  "downtime_s",
  "peak_gpu_temp",
  "worst_minute",
  "errors",
  "warnings",
]);

const NO_FIGURES: v.InferOutput<typeof FiguresSchema> = {
  duration_s: 0,
  render_total_frames: null,
  render_lagged_frames: null,
  encoder_total_frames: null,
  encoder_skipped_frames: null,
  p5_bitrate_kbps: null,
  target_bitrate_kbps: null,
  reconnects: null,
  downtime_s: null,
  peak_gpu_temp: null,
  worst_minute: null,
  errors: 0,
  warnings: 0,
};

/** Each figure as it is, or as nothing is known of it where it is none that can be kept. */
function figuresOf(value: Record<string, unknown>): typeof NO_FIGURES {
  const good = Object.entries(FiguresSchema.entries).flatMap(([name, schema]) => {
    const read = v.safeParse(schema, value[name]);
    return read.success ? [[name, read.output]] : [];
  });
  return { ...NO_FIGURES, ...Object.fromEntries(good) };
}

/** A session's values in the order of the store's columns. */
export function toRow(kept: KeptSession): (string | number | null)[] {
  const { session, counting } = kept;
  const figures = figuresOf({ ...session });
  return [
    kept.uid,
    kept.eveningUid,
    session.output_id,
    session.name,
    session.platform ?? "",
    session.start_time,
    session.end_time,
    Math.max(session.start_time, kept.seenMs),
    session.ended,
    session.total_frames,
    session.dropped_frames,
    session.avg_bitrate_kbps,
    session.peak_bitrate_kbps,
    session.avg_gpu_temp,
    JSON.stringify({ figures, counting }),
  ];
}

/** The session of a row; what its data does not tell is unknown. */
export function readSession(row: SessionRow, eveningId: number | null): Session {
  const figures = dataOf(row)["figures"];
  return {
    id: row.id,
    kind: row.evening_uid === null ? "evening" : "output",
    evening_id: eveningId,
    output_id: row.output_id,
    name: row.name,
    platform: row.platform === "" ? null : row.platform,
    start_time: row.start_time,
    end_time: row.end_time,
    ended: SESSION_ENDS.find((end) => end === row.ended) ?? null,
    total_frames: row.total_frames,
    dropped_frames: row.dropped_frames,
    avg_bitrate_kbps: row.avg_bitrate,
    peak_bitrate_kbps: row.peak_bitrate,
    avg_gpu_temp: row.avg_gpu_temp,
    ...figuresOf(typeof figures === "object" && figures !== null ? { ...figures } : {}),
    notes: row.notes ?? "",
  };
}

/** A row with what is needed to go on counting. */
export function readKept(row: SessionRow, eveningId: number | null): KeptSession {
  return {
    session: readSession(row, eveningId),
    uid: row.uid,
    eveningUid: row.evening_uid,
    seenMs: row.seen_time,
    counting: countingOf(dataOf(row)["counting"]),
  };
}

function dataOf({ data }: SessionRow): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const number = v.pipe(v.number(), v.finite());
const pair = v.object({ total: number, lost: number });
const counted = v.object({ grown: v.nullable(pair), last: v.nullable(pair) });

const CountingSchema = v.object({
  bytes: v.optional(v.nullable(number), null),
  figures: v.object({
    watchedMs: number,
    bitrate: v.object({
      knownMs: number,
      area: number,
      peak: v.nullable(number),
      bins: v.record(v.string(), number),
    }),
    gpu: v.object({ knownMs: number, area: number, peak: v.nullable(number) }),
    render: counted,
    encoder: counted,
    worst: v.object({
      parts: v.array(
        v.object({ at: number, ms: number, network: pair, gpu: pair, encoder: pair }),
      ),
      worst: v.nullable(v.object({
        at: number,
        lost_percentage: number,
        cause: v.picklist(["network", "gpu", "encoder"]),
      })),
    }),
  }),
  carried: v.object({
    total: v.nullable(number),
    dropped: v.nullable(number),
    bytes: v.optional(v.nullable(number), null),
    reconnects: number,
    downtimeS: number,
  }),
  reconnecting: v.boolean(),
  firing: v.record(v.string(), v.picklist(["error", "warning", "none"])),
  lost: v.boolean(),
  originMs: number,
});

function countingOf(value: unknown): CountingState | null {
  const read = v.safeParse(CountingSchema, value);
  return read.success ? read.output : null;
}
