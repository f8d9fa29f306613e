import type { Session } from "../../shared/session.ts";
import { added, nothing } from "./output_counts.ts";
import { beginBreak } from "./session_figures.ts";
import type { OutputCounts, TrackedSession } from "./tracked_session.ts";

/** An evening goes on when a stream begins within so long after the last one's end. */
export const LONGEST_BREAK_MS = 15 * 60_000;

/** Most characters of an evening's name. */
const MAX_NAME_LENGTH = 200;

/** Follows the evening around the sessions of outputs. Times are places on the session clock. */
export class Evenings {
  readonly #onChange: (kind: "begin" | "end", evening: TrackedSession) => void;
  /** The evening that goes on, or went on a while ago. */
  #last: TrackedSession | null = null;
  /** Figures of its sessions that are over, by uid; of those from before the start in one. */
  readonly #past = new Map<string, OutputCounts>();
  /** How and where the last of its sessions ended. */
  #lastEnd: { ended: NonNullable<Session["ended"]>; at: number } | null = null;

  constructor(onChange: (kind: "begin" | "end", evening: TrackedSession) => void) {
    this.#onChange = onChange;
  }

  /** The evening that goes on, or null. */
  get now(): TrackedSession | null {
    return this.#last?.endAt === null ? this.#last : null;
  }

  /** Where the last evening ended; `-Infinity` if it goes on, or without any. */
  get endedAt(): number {
    return this.#last?.endAt ?? -Infinity;
  }

  /** Takes the last evening of an earlier sidecar. */
  resume(
    evening: TrackedSession,
    { past, live }: { past: OutputCounts; live: readonly TrackedSession[] },
  ): void {
    this.#last = evening;
    this.#past.clear();
    this.#past.set("", past);
    if (live.length > 0) evening.endAt = null;
    // The earlier sidecar was ended between an output's last word and its evening's.
    else if (evening.endAt === null) this.end();
  }

  /** The evening that an output belongs to which began there; null if it begins another one. */
  goOn(beganAt: number): TrackedSession | null {
    const evening = this.#last;
    if (evening === null || evening.endAt === null) return evening;
    if (beganAt - evening.endAt > LONGEST_BREAK_MS) return null;
    evening.endAt = null;
    evening.ended = null;
    this.#lastEnd = null;
    beginBreak(evening.counting.figures);
    this.#onChange("begin", evening);
    return evening;
  }

  /** A new evening begins. */
  begin(evening: TrackedSession): TrackedSession {
    this.#last = evening;
    this.#past.clear();
    this.#lastEnd = null;
    this.#onChange("begin", evening);
    return evening;
  }

  /** One of its sessions that was over goes on. @returns whether it is the last evening's */
  reopen({ uid, eveningUid }: TrackedSession): boolean {
    const evening = this.#last;
    if (evening === null || evening.uid !== eveningUid) return false;
    this.#past.delete(uid);
    if (evening.endAt === null) return true;
    evening.endAt = null;
    evening.ended = null;
    this.#lastEnd = null;
    this.#onChange("begin", evening);
    return true;
  }

  /** Takes its sessions that are live as they are now. */
  follow(live: readonly TrackedSession[], at: number): void {
    const evening = this.#last;
    if (evening === null) return;
    evening.counts = live.reduce((sum, { counts }) => added(sum, counts), this.#pastCounts());
    if (live.length === 0) return;
    evening.seenAt = at;
    const targets = live.map(({ targetBitrateKbps }) => targetBitrateKbps);
    if (targets.every((kbps) => kbps !== null)) {
      evening.targetBitrateKbps = targets.reduce((sum, kbps) => sum + kbps, 0);
    }
    for (const { name } of live) evening.name = joined(evening.name, name);
  }

  /** One of its sessions is over. */
  take({ uid, counts, ended, endAt }: TrackedSession): void {
    this.#past.set(uid, counts);
    if (ended === null || endAt === null) return;
    this.#lastEnd = { ended, at: Math.max(endAt, this.#lastEnd?.at ?? -Infinity) };
  }

  /** The evening is over, for now: as its last session ended. */
  end(): void {
    const evening = this.now;
    if (evening === null) return;
    evening.counts = this.#pastCounts();
    evening.endAt = Math.max(evening.startAt, this.#lastEnd?.at ?? evening.seenAt);
    evening.ended = this.#lastEnd?.ended ?? "sidecar_stopped";
    this.#onChange("end", evening);
  }

  /** Forgets an evening that is over: it was deleted, and does not go on. */
  forget(uid: string): void {
    if (this.#last?.uid === uid && this.now === null) this.#last = null;
  }

  #pastCounts(): OutputCounts {
    return [...this.#past.values()].reduce(added, nothing());
  }
}

function joined(names: string, name: string): string {
  return names.split(", ").includes(name) || names.length + name.length > MAX_NAME_LENGTH
    ? names
    : `${names}, ${name}`;
}
