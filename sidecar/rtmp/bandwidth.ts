import type { ConnectionTimes } from "./rtmp_connection.ts";

/** What a bandwidth test found. */
export interface Bandwidth {
  /** What the server received per second, in RTMP bytes. */
  sustainedKbps: number;
  /**
   * `link`: the way to the server took no more. `pace`: it took all that was sent, so
   * `sustainedKbps` reads "at least".
   */
  limitedBy: "link" | "pace";
  /** How long the server took to receive the rest after the last frame was sent. */
  backlogMs: number;
  /**
   * 1 for the same rate in every second, towards 0 the more they differ; null if only the rate of
   * the whole test is known.
   */
  stability: number | null;
  /**
   * How it was measured: `acknowledgements`, the slope of what the server acknowledged after the
   * warm-up; `drain`, everything sent by the time until the server had taken it.
   */
  method: "acknowledgements" | "drain";
  paceKbps: number;
  /** What the connection took per second: what a test that trusts its socket would report. */
  handedKbps: number;
  sentBytes: number;
  durationMs: number;
  times: ConnectionTimes & { startMs: number };
}

/** How a bandwidth test stands. */
export interface BandwidthProgress {
  elapsedMs: number;
  sentBytes: number;
  /** Null if the server has not acknowledged anything. */
  acknowledgedBytes: number | null;
  /** Rate of the last three seconds; null if the server does not tell. */
  acknowledgedKbps: number | null;
}
