import * as v from "valibot";
import { API_PATHS, HistorySchema } from "../shared/api.ts";
import type { LoadHistory } from "./models/history_feed.ts";
import { BUCKET_MS, BUCKETS } from "./models/history_ring.ts";
import type { AlertLimits } from "./models/live.ts";

/** What asks the sidecar. */
export interface LiveClientOptions {
  token: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** The settings, as far as the live page draws them. */
const LimitsSchema = v.object({
  alerts: v.object({
    lost_frames_warning: v.number(),
    lost_frames_error: v.number(),
    fps_warning: v.number(),
    fps_error: v.number(),
    frame_time_warning: v.number(),
    frame_time_error: v.number(),
    cpu_warning: v.number(),
  }),
});

/** Makes what asks for a figure's last 15 minutes; `now` in Unix milliseconds. */
export function createHistoryLoader(
  { now, ...options }: LiveClientOptions & { now: () => number },
): LoadHistory {
  return async (metric) => {
    const to = now() + BUCKET_MS;
    const query = new URLSearchParams({
      metric,
      from: String(to - (BUCKETS + 1) * BUCKET_MS),
      to: String(to),
      points: String(BUCKETS + 1),
    });
    const answer = await read(`${API_PATHS.history}?${query}`, options);
    const history = v.safeParse(HistorySchema, answer);
    return history.success ? history.output : null;
  };
}

/** Makes what asks for the limits in force. */
export function createLimitsLoader(options: LiveClientOptions): () => Promise<AlertLimits | null> {
  return async () => {
    const limits = v.safeParse(LimitsSchema, await read(API_PATHS.config, options));
    return limits.success ? limits.output.alerts : null;
  };
}

/** What a resource says; undefined if the sidecar does not give it. */
async function read(path: string, { token, fetch }: LiveClientOptions): Promise<unknown> {
  const answer = await fetch(path, {
    headers: { authorization: `Bearer ${token}` },
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
  });
  if (answer.ok) return await answer.json();
  await answer.body?.cancel();
  return undefined;
}
