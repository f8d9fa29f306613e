/** What crosses between the sidecar's HTTP API and the dock. */

/** Port of the API unless `[api] port` says otherwise. */
export const DEFAULT_API_PORT = 4477;

/** Paths of the API's resources. */
export const API_PATHS = {
  health: "/healthz",
  telemetry: "/api/v1/telemetry",
  events: "/api/v1/events",
} as const;

/** Event names of the live stream `GET /api/v1/events`. */
export const EVENT_NAMES = ["telemetry", "alert", "preflight", "config", "session"] as const;

/** Name of a live event. */
export type EventName = (typeof EVENT_NAMES)[number];

/** An error, as RFC 9457 `application/problem+json` has it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What went wrong here and what to do. */
  detail: string;
}
