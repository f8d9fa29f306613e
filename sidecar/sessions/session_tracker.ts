import type { Session } from "../../shared/session.ts";
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import type { Clock } from "../time/clock.ts";
import { CatchUp } from "../obs/catch_up.ts";
import { continuedFrom, isAnotherObs, isSameStream, restored } from "./continue_session.ts";
import { countAlerts } from "./count_alerts.ts";
import { Evenings } from "./evenings.ts";
import { type HandedOver, handOver } from "./hand_over.ts";
import { LiveSessions, type SessionEnd } from "./live_sessions.ts";
import { longestAbsenceMs } from "./longest_absence.ts";
import { MissedSessions } from "./missed_sessions.ts";
import { newSession } from "./new_session.ts";
import { countOutput } from "./output_counts.ts";
import { SessionClock, type Step } from "./session_clock.ts";
import { addSample, beginBreak, type FiguresSample } from "./session_figures.ts";
import { firstSample, sampleOf, sentKbps } from "./session_sample.ts";
import {
  type Carried,
  type KeptSession,
  type OutputCounts,
  type Outside,
  toKept,
  toSession,
  type TrackedSession,
} from "./tracked_session.ts";
import { whyGone, whyMissed } from "./why_ended.ts";
import type { FrameGrowth } from "./worst_minute.ts";

/** What happened to a session. */
export type SessionChangeKind = "begin" | "end";

/** What a tracker needs. */
export interface SessionTrackerOptions {
  clock: Clock;
  /** Whether OBS said goodbye before it went away: then its user wanted that. */
  hasObsExited(): boolean;
  /** Whether OBS runs on, and only the sidecar can see it no longer. */
  isShutOut(): boolean;
  /** What was counted of an output's connections before the one that is up now. */
  carried(outputId: string): Carried | null;
  /** Number of a session, new or not; it may change while the tracker runs. */
  idOf(uid: string): number;
  /** Name of a new session, the only one in the world. */
  newUid(): string;
  /** Called when a session begins, ends, or an evening goes on after a break. */
  onChange(kind: SessionChangeKind, session: TrackedSession): void;
}

/**
 * Follows streams: one session for each time that a network output is live, and an evening around
 * them. A pure machine: snapshots go in, sessions come out.
 */
export class SessionTracker {
  readonly #options: SessionTrackerOptions;
  readonly #clock: SessionClock;
  readonly #evenings: Evenings;
  readonly #outputs = new LiveSessions();
  readonly #missed = new MissedSessions();
  readonly #catchUp = new CatchUp();
  /** Since when OBS is away; null while it is not. */
  #awaySinceMs: number | null = null;

  constructor(options: SessionTrackerOptions) {
    this.#options = options;
    this.#clock = new SessionClock(options.clock);
    this.#evenings = new Evenings((kind, evening) => options.onChange(kind, evening));
  }

  /** The evening and the sessions that are live now. */
  get live(): readonly TrackedSession[] {
    const evening = this.#evenings.now;
    return [...(evening === null ? [] : [evening]), ...this.#outputs.all];
  }

  /** A session as others see it. */
  show(session: TrackedSession): Session {
    return toSession(session, this.#outside);
  }

  /** A session as it is kept, so that a later sidecar can go on with it. */
  keep(session: TrackedSession): KeptSession {
    const { outputId } = session;
    return toKept(session, {
      ...this.#outside,
      carried: outputId === null ? null : this.#options.carried(outputId),
    });
  }

  /**
   * Takes what an earlier sidecar kept: the last evening with those of its sessions that had no end.
   * They go on if OBS turns out to stream still what it streamed then.
   * @param past figures of the evening's sessions that are over
   */
  resume(
    kept: KeptSession,
    { open, past }: { open: readonly KeptSession[]; past: OutputCounts },
  ): void {
    const fromWall = (wallMs: number) => this.#clock.fromWall(wallMs);
    const evening = restored(kept, fromWall);
    for (const each of open) this.#outputs.addUnsure(restored(each, fromWall));
    this.#evenings.resume(evening, { past, live: this.#outputs.all });
  }

  /** What an earlier sidecar counted of a stream that snapshots are to contain from now on. */
  handOver(output: Output, renderedFrames: number | null): HandedOver | null {
    return handOver(this.#outputs, { output, renderedFrames, at: this.#clock.at });
  }

  /** Forgets an evening that is over: it was deleted, and does not go on. */
  forget(uid: string): void {
    this.#evenings.forget(uid);
  }

  /** Takes a snapshot. */
  write(telemetry: Telemetry): void {
    const step = this.#clock.step(this.#outputs.size > 0);
    const { obs } = telemetry;
    for (const session of this.live) countAlerts(session, telemetry.health.alerts);
    if (obs.connected !== true) {
      this.#away();
      return;
    }
    const wasAway = this.#awaySinceMs !== null;
    this.#awaySinceMs = null;
    if (this.#outputs.all.some(({ counting }) => counting.lost)) {
      this.#catchUp.begin(this.#clock.monotonicMs);
    }
    const streams = (obs.outputs ?? []).filter(({ kind }) => kind === "stream");
    const network: FrameGrowth = { total: 0, lost: 0 };
    for (const session of this.#outputs.all) {
      const output = streams.find(({ id }) => id === session.outputId);
      if (!this.#isThere(session, { output, telemetry, wasAway })) continue;
      const growth = this.#follow(session, { output, telemetry, step });
      network.total += growth.total;
      network.lost += growth.lost;
    }
    this.#clock.outlive(
      streams.some(({ id, reconnecting }) => reconnecting !== true && this.#outputs.has(id)),
      step,
    );
    this.#followEvening(telemetry, {
      step,
      bitrateKbps: sentKbps(streams, this.#outputs),
      network,
    });
    if (this.#outputs.size === 0) this.#evenings.end();
    const begun = streams.filter(({ id, active }) => active === true && !this.#outputs.has(id));
    // The one that has run longest first: the evening begins with it.
    begun.sort((a, b) => (b.uptime_s ?? 0) - (a.uptime_s ?? 0));
    for (const output of begun) {
      if (!this.#reopen(output, telemetry)) this.#begin(output, telemetry);
    }
    if (begun.length > 0) this.#followEvening(telemetry, firstSample(this.#clock.at));
  }

  #followEvening(telemetry: Telemetry, sample: Parameters<typeof sampleOf>[1]): void {
    const evening = this.#evenings.now;
    if (evening === null) return;
    this.#evenings.follow(this.#outputs.all, this.#clock.at);
    this.#addSample(evening, sampleOf(telemetry, sample));
  }

  /** Takes figures; what an OBS that hung lost of its picture is not counted. */
  #addSample({ counting: { figures } }: TrackedSession, sample: FiguresSample): void {
    if (this.#catchUp.goesOn(this.#clock.monotonicMs)) beginBreak(figures);
    addSample(figures, sample);
  }

  /** Whether a session's stream is still the one that OBS shows; else the session ends. */
  #isThere(session: TrackedSession, { output, telemetry, wasAway }: {
    output: Output | undefined;
    telemetry: Telemetry;
    wasAway: boolean;
  }): boolean {
    const { render_total_frames: renderedFrames } = telemetry.obs;
    const isUnsure = this.#outputs.makeSure(session);
    if (!isUnsure && !wasAway && !isAnotherObs(session, renderedFrames)) return true;
    const awayMs = isUnsure ? Math.max(1, this.#clock.at - session.seenAt) : 0;
    const gone = isSameStream(session, { output, renderedFrames, awayMs });
    if (gone === null) {
      if (isUnsure && output !== undefined) continuedFrom(session, output);
      return true;
    }
    const { lost: wasLost } = session.counting;
    const hasSlept = this.#clock.sleptAt !== null;
    this.#end(session, whyGone({ gone, isUnsure, wasLost, hasSlept }), session.seenAt);
    return false;
  }

  /** Takes an output as it is now, and ends its session if it is no longer live. */
  #follow(session: TrackedSession, { output, telemetry, step }: {
    output: Output | undefined;
    telemetry: Telemetry;
    step: Step;
  }): FrameGrowth {
    const network = output === undefined ? { total: 0, lost: 0 } : countOutput(session, output);
    const isUp = output !== undefined && output.active !== false && output.reconnecting !== true;
    const bitrateKbps = isUp ? output.bitrate_kbps : null;
    this.#addSample(session, sampleOf(telemetry, { step, bitrateKbps, network }));
    if (output !== undefined && output.active !== false) {
      session.seenAt = this.#clock.at;
      session.name = output.name;
      session.platform = output.platform;
      session.targetBitrateKbps = output.target_bitrate_kbps ?? session.targetBitrateKbps;
      session.counting.lost = false;
    } else if (this.#clock.sleptAt !== null) {
      this.#end(session, "machine_slept", this.#clock.sleptAt);
    } else {
      this.#end(session, "stopped", this.#clock.at);
    }
    return network;
  }

  /** OBS cannot be seen now. */
  #away(): void {
    if (this.#outputs.size === 0) return;
    const { monotonicMs, sleptAt } = this.#clock;
    this.#awaySinceMs ??= monotonicMs;
    const isShutOut = this.#options.isShutOut();
    const isSearching = this.#outputs.isAnyUnsure;
    if (!isSearching && this.#options.hasObsExited()) {
      this.#endAll(() => "stopped");
      return;
    }
    for (const session of this.#outputs.all) {
      if (!this.#outputs.isUnsure(session)) session.counting.lost = !isShutOut;
    }
    if (monotonicMs - this.#awaySinceMs < longestAbsenceMs({ isShutOut, isSearching })) return;
    this.#endAll(({ counting }) =>
      whyMissed({ wasLost: counting.lost, hasSlept: sleptAt !== null })
    );
  }

  #endAll(why: (session: TrackedSession) => SessionEnd): void {
    for (const session of this.#outputs.all) {
      const isUnsure = this.#outputs.isUnsure(session);
      this.#end(session, why(session), session.seenAt);
      if (session.ended !== "stopped") this.#missed.add(session, { isUnsure });
    }
    this.#evenings.end();
  }

  /** @returns whether the output's last session goes on: OBS was away, and its stream was not */
  #reopen(output: Output, telemetry: Telemetry): boolean {
    const session = this.#missed.find(output, {
      renderedFrames: telemetry.obs.render_total_frames,
      at: this.#clock.at,
    });
    if (session === null || !this.#evenings.reopen(session)) return false;
    session.endAt = null;
    session.ended = null;
    this.#outputs.add(session);
    this.#follow(session, { output, telemetry, step: { at: this.#clock.at, ms: 0 } });
    this.#options.onChange("begin", session);
    return true;
  }

  #begin(output: Output, telemetry: Telemetry): void {
    const beganAt = this.#beganAt(output);
    const evening = this.#evenings.goOn(beganAt) ?? this.#evenings.begin({
      ...newSession(output, { ...this.#identity(), telemetry }),
      eveningUid: null,
      outputId: null,
      platform: null,
      startAt: beganAt,
    });
    const session: TrackedSession = {
      ...newSession(output, { ...this.#identity(), telemetry }),
      eveningUid: evening.uid,
      outputId: output.id,
      startAt: Math.max(beganAt, evening.startAt),
    };
    countOutput(session, output);
    addSample(session.counting.figures, sampleOf(telemetry, firstSample(this.#clock.at)));
    this.#outputs.add(session);
    this.#options.onChange("begin", session);
  }

  #identity(): { uid: string; seenAt: number } {
    return { uid: this.#options.newUid(), seenAt: this.#clock.at };
  }

  get #outside(): Outside {
    return { toWall: (at) => this.#clock.toWall(at), idOf: this.#options.idOf };
  }

  /** Before the sidecar came, if OBS says so; after what is known of that output. */
  #beganAt({ id, uptime_s: uptimeS }: Output): number {
    const earliest = Math.max(this.#outputs.endedAt(id), this.#evenings.endedAt);
    return Math.max(earliest, this.#clock.at - (uptimeS ?? 0) * 1000);
  }

  #end(session: TrackedSession, ended: SessionEnd, at: number): void {
    this.#outputs.end(session, { ended, at });
    this.#evenings.take(session);
    if (this.#outputs.size === 0) this.#clock.forgetSleep();
    this.#options.onChange("end", session);
  }
}
