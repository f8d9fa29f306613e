import type { AlertRecord } from "../../shared/alert.ts";
import type { Session, SessionDetail, SessionEvent, SessionsAnswer } from "../../shared/session.ts";
import type { Database } from "../history/database.ts";
import type { HistorySource } from "../history/history_source.ts";
import type { HistoryWriter } from "../history/history_writer.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Clock } from "../time/clock.ts";
import { sessionDetail } from "./session_detail.ts";
import type { FoundSession } from "./session_reader.ts";
import { createSessionStore } from "./session_store.ts";
import { type SessionChangeKind, SessionTracker } from "./session_tracker.ts";
import type { Carried, TrackedSession } from "./tracked_session.ts";

/** Live sessions are written so often, at least. */
const SAVE_EVERY_MS = 10_000;

/** What sessions need. */
export interface SessionsOptions {
  database: Database;
  writer: HistoryWriter;
  source: HistorySource;
  clock: Clock;
  /** Whether OBS said goodbye before it went away. */
  hasObsExited(): boolean;
  /** Whether OBS runs on, and only the sidecar can see it no longer. */
  isShutOut(): boolean;
  /** What was counted of an output's connections before the one that is up now. */
  carried(outputId: string): Carried | null;
  /** Alerts that fired within a span of Unix milliseconds. */
  alertsBetween(fromMs: number, toMs: number): readonly AlertRecord[];
  /** Sends a `session` event. */
  publish(event: SessionEvent): void;
}

/** Sessions, for who reads or changes them. */
export interface Sessions {
  /** Evenings with their outputs, newest first, the one that goes on included. */
  list(page: { limit: number; before?: number }): SessionsAnswer;
  /** A session, with its outputs if it is an evening; null if there is none. */
  find(id: number): FoundSession | null;
  /** A session with everything that is known of it; null if there is none. */
  detail(id: number, points: number): Promise<SessionDetail | null>;
  /** Changes the user's notes. @returns the session; null if there is none */
  setNotes(id: number, notes: string): Session | null;
  /** Deletes an evening with its outputs, unless it goes on. */
  delete(id: number): "deleted" | "unknown" | "live" | "output";
  /** Where the figures over time come from. */
  readonly source: HistorySource;
}

/** Sessions as the sidecar runs them. */
export interface OpenSessions extends Sessions {
  readonly sink: Sink;
  /**
   * What an earlier sidecar counted of an output's stream beyond what OBS tells of it; null if it
   * is not known. Told once, and snapshots are to contain it from then on.
   */
  handOver: SessionTracker["handOver"];
  /** No snapshot counts from now on; what is live is written, and left open. */
  close(): void;
}

/** Opens the sessions, and goes on with those that an earlier sidecar left open. */
export function openSessions(options: SessionsOptions): OpenSessions {
  const { database, writer, source, clock, publish } = options;
  const store = createSessionStore({ database, writer });
  const tracker = new SessionTracker({
    clock,
    hasObsExited: options.hasObsExited,
    isShutOut: options.isShutOut,
    carried: options.carried,
    idOf: store.idOf,
    newUid: store.newUid,
    onChange: (kind, session) => changes.push([kind, session]),
  });
  const changes: [SessionChangeKind, TrackedSession][] = [];
  let savedAtMs = clock.monotonic();
  let closed = false;
  let reconnecting = "";
  let isSwapped = false;
  database.onSwap?.(() => isSwapped = true);

  const unfinished = store.unfinished();
  store.endForgotten(
    unfinished === null ? [] : [unfinished.evening.uid, ...unfinished.open.map(({ uid }) => uid)],
  );
  if (unfinished !== null) tracker.resume(unfinished.evening, unfinished);
  tell();

  function save(sessions: Iterable<TrackedSession>): void {
    for (const session of sessions) store.save(tracker.keep(session));
    savedAtMs = clock.monotonic();
  }

  /** Writes and tells what changed, when all of a snapshot is counted. */
  function tell(): void {
    if (changes.length === 0) return;
    const changed = changes.splice(0);
    save(new Set([...changed.map(([, session]) => session), ...tracker.live]));
    writer.flush();
    for (const [, session] of changed) publish({ session: withNotes(tracker.show(session)) });
  }

  /** The database is another one: what is live goes on there, under other numbers. */
  function moveOver(): void {
    isSwapped = false;
    store.endForgotten(tracker.live.map(({ uid }) => uid));
    for (const session of tracker.live) changes.push(["begin", session]);
    tell();
  }

  function withNotes(session: Session): Session {
    return { ...session, notes: store.find(session.id)?.session.notes ?? "" };
  }

  /** The figures of the moment in place of those that were written last. */
  function fresh(session: Session): Session {
    const tracked = tracker.live.find(({ uid }) => store.idOf(uid) === session.id);
    return tracked === undefined ? session : { ...tracker.show(tracked), notes: session.notes };
  }

  function list({ limit, before }: { limit: number; before?: number }): SessionsAnswer {
    const page = before === undefined ? { limit: limit + 1 } : { limit: limit + 1, before };
    const found = store.list(page);
    const sessions = found.slice(0, limit).map((evening) => ({
      ...fresh(evening),
      outputs: evening.outputs.map(fresh),
    }));
    return {
      sessions,
      next_before: found.length > limit ? sessions.at(-1)?.id ?? null : null,
    };
  }

  function find(id: number): FoundSession | null {
    const found = store.find(id);
    return found && { session: fresh(found.session), outputs: found.outputs.map(fresh) };
  }

  async function detail(id: number, points: number): Promise<SessionDetail | null> {
    const found = find(id);
    if (found === null) return null;
    return await sessionDetail(found, {
      points,
      nowMs: clock.now(),
      sources: { alertsBetween: options.alertsBetween, earlier: store.earlier, series: source },
    });
  }

  return {
    source,
    handOver: (output, renderedFrames) => tracker.handOver(output, renderedFrames),
    list,
    find,
    detail,
    setNotes(id, notes) {
      const found = find(id);
      const uid = store.uidOf(id);
      if (found === null || uid === null) return null;
      store.setNotes(uid, notes);
      const session = { ...found.session, notes };
      publish({ session });
      return session;
    },
    delete(id) {
      const found = find(id);
      const uid = store.uidOf(id);
      if (found === null || uid === null) return "unknown";
      if (found.session.kind === "output") return "output";
      if (found.session.end_time === null) return "live";
      tracker.forget(uid);
      store.delete(uid);
      return "deleted";
    },
    sink: {
      name: "sessions",
      write({ telemetry }) {
        if (closed) return;
        if (isSwapped) moveOver();
        tracker.write(telemetry);
        tell();
        const now = tracker.live.map(({ counting }) => counting.reconnecting).join();
        const isDue = now !== reconnecting || clock.monotonic() - savedAtMs >= SAVE_EVERY_MS;
        if (isDue) save(tracker.live);
        // What OBS set to zero with a new connection is known only here: it is not to be lost.
        if (now !== reconnecting) writer.flush();
        reconnecting = now;
      },
    },
    close() {
      if (closed) return;
      closed = true;
      save(tracker.live);
    },
  };
}
