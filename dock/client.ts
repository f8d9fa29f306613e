import { API_PATHS } from "../shared/api.ts";
import { readProblem, strangerDetail } from "./problem.ts";
import { type SseEvent, SseParser } from "./sse.ts";

/** The sidecar answered, but not with events. */
export class RefusedError extends Error {
  override name = "RefusedError";
  readonly status: number;
  /** Seconds to wait, if the sidecar said so. */
  readonly retryAfterSeconds: number | null;

  constructor(detail: string, { status, retryAfterSeconds }: {
    status: number;
    retryAfterSeconds: number | null;
  }) {
    super(detail);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** How events are followed. */
export interface FollowOptions {
  signal: AbortSignal;
  onEvent(event: SseEvent): void;
}

/** Follows the live stream until it ends. */
export type Follow = (options: FollowOptions) => Promise<void>;

/** What makes a follower. */
export interface FollowerOptions {
  token: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Makes what follows the sidecar's events. EventSource cannot send the token, so the stream is
 * read with fetch. A follow resolves when the sidecar ends the stream; it throws RefusedError if
 * the sidecar refuses, and another error if it cannot be reached or the signal aborts.
 */
export function createFollower({ token, fetch }: FollowerOptions): Follow {
  return async ({ signal, onEvent }) => {
    const answer = await fetch(API_PATHS.events, {
      headers: { authorization: `Bearer ${token}` },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal,
    });
    const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
    if (!answer.ok || !isStream || answer.body === null) throw await refusal(answer);
    const parser = new SseParser();
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.push(value).forEach(onEvent);
    }
  };
}

async function refusal(answer: Response): Promise<RefusedError> {
  const seconds = Number(answer.headers.get("retry-after"));
  const options = {
    status: answer.status,
    retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : null,
  };
  const problem = await readProblem(answer);
  const detail = problem === null ? strangerDetail(answer.status) : String(problem.detail ?? "");
  return new RefusedError(detail, options);
}
