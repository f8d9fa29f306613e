import type { Session } from "../../shared/session.ts";
import type { TrackedSession } from "./tracked_session.ts";

/** How a session ended. */
export type SessionEnd = NonNullable<Session["ended"]>;

/** The outputs' sessions that are live, one an output. Times are places on the session clock. */
export class LiveSessions {
  /** By OBS's outputName. */
  readonly #sessions = new Map<string, TrackedSession>();
  /** Those from before the sidecar's start that OBS was not asked about yet. */
  readonly #unsure = new Set<TrackedSession>();
  /** Where the last session of each output ended. */
  readonly #endedAt = new Map<string, number>();

  /** All of them; a list of its own, so that sessions may end while it is gone through. */
  get all(): TrackedSession[] {
    return [...this.#sessions.values()];
  }

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Whether OBS was not asked yet about some of them. */
  get isAnyUnsure(): boolean {
    return this.#unsure.size > 0;
  }

  /** Whether an output has a session. */
  has(outputId: string): boolean {
    return this.#sessions.has(outputId);
  }

  /** Takes a session that begins, or goes on. */
  add(session: TrackedSession): void {
    if (session.outputId !== null) this.#sessions.set(session.outputId, session);
  }

  /** Takes an earlier sidecar's session, until OBS is asked; the first one of each output. */
  addUnsure(session: TrackedSession): void {
    if (session.outputId === null || this.has(session.outputId)) return;
    this.add(session);
    this.#unsure.add(session);
  }

  /** Whether OBS was not asked about a session yet. */
  isUnsure(session: TrackedSession): boolean {
    return this.#unsure.has(session);
  }

  /** An output's session that OBS was not asked about yet; null without one. */
  unsure(outputId: string): TrackedSession | null {
    const session = this.#sessions.get(outputId);
    return session !== undefined && this.isUnsure(session) ? session : null;
  }

  /** OBS is asked about a session. @returns whether that is for the first time */
  makeSure(session: TrackedSession): boolean {
    return this.#unsure.delete(session);
  }

  /** Ends a session, at its beginning at the earliest. */
  end(session: TrackedSession, { ended, at }: { ended: SessionEnd; at: number }): void {
    if (session.outputId === null) return;
    session.endAt = Math.max(session.startAt, at);
    session.ended = ended;
    this.#sessions.delete(session.outputId);
    this.#unsure.delete(session);
    this.#endedAt.set(session.outputId, session.endAt);
  }

  /** Where the last session of an output ended; `-Infinity` without any. */
  endedAt(outputId: string): number {
    return this.#endedAt.get(outputId) ?? -Infinity;
  }
}
