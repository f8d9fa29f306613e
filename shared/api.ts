/** What crosses between the sidecar's HTTP API and the dock. */
import * as v from "valibot";

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

/** Data of a `config` event: first on every stream, and again whenever it changes. */
export const ConfigEventSchema = v.object({
  /** Milliseconds between two snapshots (`bridge_update_rate`). */
  tick_ms: v.pipe(v.number(), v.minValue(1)),
});

/** Data of a `config` event. */
export type ConfigEvent = v.InferOutput<typeof ConfigEventSchema>;

/** How a user gets the dock's URL, where the flags that the sidecar was given are not known. */
export const DOCK_COMMAND_HINT =
  "deno task dock (with the --data-dir and --port that the sidecar was started with, if any)";

/** Most event streams that the API keeps open at once. */
export const MAX_EVENT_STREAMS = 8;

/** An error, as RFC 9457 `application/problem+json` has it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What went wrong here and what to do. */
  detail: string;
}

/** The dock's URL. It holds the API's token: show it to the user, never log it. */
export function dockUrl(port: number, token: string): string {
  return `http://127.0.0.1:${port}/#token=${token}`;
}
