import type { Output } from "../../shared/telemetry.ts";
import { continuedFrom, isSameStream } from "./continue_session.ts";
import type { TrackedSession } from "./tracked_session.ts";

/** Sessions that ended for OBS was away for too long, and may turn out to have gone on. */
export class MissedSessions {
  /** The last one of each output, by outputName. */
  readonly #sessions = new Map<string, { session: TrackedSession; isUnsure: boolean }>();

  /**
   * Takes a session that ended.
   * @param isUnsure whether an earlier sidecar began it, and OBS was never asked about it since
   */
  add(session: TrackedSession, { isUnsure }: { isUnsure: boolean }): void {
    if (session.outputId !== null) this.#sessions.set(session.outputId, { session, isUnsure });
  }

  /** Gives an output's session back, ready to go on, if OBS still streams that; null else. */
  find(
    output: Output,
    { renderedFrames, at }: { renderedFrames: number | null; at: number },
  ): TrackedSession | null {
    const missed = this.#sessions.get(output.id);
    this.#sessions.delete(output.id);
    if (missed === undefined) return null;
    const { session, isUnsure } = missed;
    const awayMs = Math.max(1, at - session.seenAt);
    if (isSameStream(session, { output, renderedFrames, awayMs }) !== null) return null;
    if (isUnsure) continuedFrom(session, output);
    return session;
  }
}
