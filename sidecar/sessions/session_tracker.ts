import type { Session } from "../../shared/session.ts";
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import type { Clock } from "../clock.ts";
import { SteadyAxis } from "../history/steady_axis.ts";
import { countAlerts, knowAlerts } from "./count_alerts.ts";
import { continuedFrom, isSameStream, restored } from "./continue_session.ts";
import { addSample, beginBreak, newFigures } from "./session_figures.ts";
import {
  type KeptSession,
  type OutputCounts,
  toSession,
  type TrackedSession,
} from "./tracked_session.ts";
import type { FrameGrowth } from "./worst_minute.ts";

/** An evening goes on when a stream begins within so long after the last one's end. */
export const LONGEST_BREAK_MS = 15 * 60_000;

/** A step longer than this was watched by nobody: the machine slept. */
const LONGEST_STEP_MS = 10_000;

/**
 * How long OBS may be away before its streams are over: it may hang for a moment, or the sidecar
 * was just started and has yet to find it.
 */
const LONGEST_ABSENCE_MS = 10_000;
const LONGEST_SEARCH_MS = 60_000;

/** How long a stream must go on after a sleep before its end has nothing to do with that. */
const AFTER_SLEEP_MS = 15_000;

/** Most characters of an evening's name. */
const MAX_NAME_LENGTH = 200;

/** How a session ended. */
type End = NonNullable<Session["ended"]>;

/** What happened to a session. */
export type SessionChangeKind = "begin" | "end";

/** What a tracker needs. */
export interface SessionTrackerOptions {
  clock: Clock;
  /** Whether OBS said goodbye before it went away: then its user wanted that. */
  hasObsExited(): boolean;
  /** Whether OBS runs on, and only the sidecar can see it no longer. */
  isShutOut(): boolean;
  /** Frames and drops of an output's connections before the one that is up now. */
  carriedFrames(outputId: string): { total: number; dropped: number } | null;
  /** Number of a new session; never one that was given before. */
  nextId(): number;
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
  readonly #axis: SteadyAxis;
  /** Live ones by OBS's outputName. */
  readonly #outputs = new Map<string, TrackedSession>();
  /** Where the last session of each output ended on the axis: the next one begins after that. */
  readonly #endedAt = new Map<string, number>();
  /** The evening that goes on, or went on a while ago. */
  #evening: TrackedSession | null = null;
  /** Figures of the evening's sessions that are over. */
  #past: OutputCounts = nothing();
  /** Sessions from before the sidecar's start that OBS was not asked about yet. */
  readonly #unsure = new Set<TrackedSession>();
  #steppedAtMs: number;
  /** Since when OBS is away, by the monotonic clock; null while it is not. */
  #awaySinceMs: number | null = null;
  /** The last sleep: where it began on the axis, and for how long a stream has gone on since. */
  #sleep: { at: number; survivedMs: number } | null = null;
  /** How and where the last of the evening's sessions ended. */
  #lastEnd: { ended: End; at: number } | null = null;

  constructor(options: SessionTrackerOptions) {
    this.#options = options;
    this.#axis = new SteadyAxis(this.#present());
    this.#steppedAtMs = options.clock.monotonic();
  }

  /** The evening and the sessions that are live now. */
  get live(): readonly TrackedSession[] {
    const evening = this.#evening !== null && this.#evening.endAt === null ? [this.#evening] : [];
    return [...evening, ...this.#outputs.values()];
  }

  /** A session as others see it. */
  show(session: TrackedSession): Session {
    return toSession(session, (at) => this.#axis.toWall(at));
  }

  /** A session as it is kept, so that a later sidecar can go on with it. */
  keep(session: TrackedSession): KeptSession {
    const { outputId, counting } = session;
    const isOver = session.endAt !== null && outputId !== null;
    const carried = outputId === null ? null : this.#options.carriedFrames(outputId);
    return {
      session: this.show(session),
      uid: session.uid,
      eveningUid: session.evening?.uid ?? null,
      seenMs: Math.round(this.#axis.toWall(session.seenAt)),
      counting: isOver ? null : {
        ...counting,
        carried: {
          ...counting.carried,
          total: (counting.carried.total ?? 0) + (carried?.total ?? 0),
          dropped: (counting.carried.dropped ?? 0) + (carried?.dropped ?? 0),
        },
        originMs: this.#axis.toWall(0),
      },
    };
  }

  /**
   * Takes what an earlier sidecar kept: the last evening with those of its sessions that had no end.
   * They go on if OBS turns out to stream still what it streamed then.
   * @param past figures of the evening's sessions that are over
   */
  resume(
    evening: KeptSession,
    { open, past }: { open: readonly KeptSession[]; past: OutputCounts },
  ) {
    this.#axis.advance(this.#present());
    const fromWall = (wallMs: number) => this.#axis.fromWall(wallMs);
    this.#evening = restored(evening, { fromWall, evening: null });
    this.#past = past;
    for (const kept of open) {
      const session = restored(kept, { fromWall, evening: this.#evening });
      if (session.outputId === null || this.#outputs.has(session.outputId)) continue;
      this.#outputs.set(session.outputId, session);
      this.#unsure.add(session);
    }
    if (open.length > 0) this.#evening.endAt = null;
    // An earlier sidecar was ended between an output's last word and its evening's.
    if (this.#outputs.size === 0 && this.#evening.endAt === null) this.#endEvening();
  }

  /** Forgets an evening that is over: it was deleted, and does not go on. */
  forget(id: number): void {
    if (this.#evening?.id === id && this.#evening.endAt !== null) this.#evening = null;
  }

  /** Takes a snapshot. */
  write(telemetry: Telemetry): void {
    const step = this.#step();
    const { obs } = telemetry;
    const known = this.#evening !== null && this.#evening.endAt === null;
    if (known) this.#countAlerts(telemetry);
    if (obs.connected !== true) {
      this.#away();
      return;
    }
    const wasAway = this.#awaySinceMs !== null;
    this.#awaySinceMs = null;
    const streams = (obs.outputs ?? []).filter(({ kind }) => kind === "stream");
    const growth: FrameGrowth = { total: 0, lost: 0 };
    for (const session of [...this.#outputs.values()]) {
      const output = streams.find(({ id }) => id === session.outputId);
      this.#follow(session, { output, telemetry, wasAway, step, growth });
    }
    this.#recoverFromSleep(streams, step);
    // The one that has run longest first: the evening begins with it.
    streams.sort((a, b) => (b.uptime_s ?? 0) - (a.uptime_s ?? 0));
    for (const output of streams) {
      if (output.active === true && !this.#outputs.has(output.id)) this.#begin(output, telemetry);
    }
    this.#followEvening(telemetry, { step, growth });
  }

  #follow(session: TrackedSession, { output, telemetry, wasAway, step, growth }: {
    output: Output | undefined;
    telemetry: Telemetry;
    wasAway: boolean;
    step: Step;
    growth: FrameGrowth;
  }): void {
    const isUnsure = this.#unsure.delete(session);
    if (isUnsure || wasAway || isAnotherObs(session, telemetry)) {
      const gone = isSameStream(session, {
        output,
        telemetry,
        awayMs: isUnsure ? Math.max(1, this.#axis.nowMs - session.seenAt) : 0,
      });
      if (gone !== null) {
        this.#end(session, this.#whyGone(session, { isUnsure, gone }), session.seenAt);
        return;
      }
    }
    if (isUnsure && output !== undefined) continuedFrom(session, output);
    const before = { ...session.counts };
    if (output !== undefined) this.#count(session, output);
    growth.total += grown(before.total, session.counts.total);
    growth.lost += grown(before.dropped, session.counts.dropped);
    const isLive = output !== undefined && output.active !== false;
    this.#sample(session, {
      telemetry,
      step: isUnsure ? { ...step, ms: 0 } : step,
      bitrateKbps: output?.reconnecting === true || !isLive ? null : output.bitrate_kbps,
      network: {
        total: grown(before.total, session.counts.total),
        lost: grown(before.dropped, session.counts.dropped),
      },
    });
    if (isLive) {
      session.seenAt = this.#axis.nowMs;
      session.name = output.name;
      session.platform = output.platform;
      session.targetBitrateKbps = output.target_bitrate_kbps ?? session.targetBitrateKbps;
      session.counting.lost = false;
      return;
    }
    if (this.#sleep !== null) this.#end(session, "machine_slept", this.#sleep.at);
    else this.#end(session, "stopped", this.#axis.nowMs);
  }

  /** Why a stream is no longer there that nobody saw end. */
  #whyGone(
    { counting }: TrackedSession,
    { isUnsure, gone }: { isUnsure: boolean; gone: "another OBS" | "over" },
  ): End {
    if (isUnsure) return counting.lost ? "obs_crashed" : "sidecar_stopped";
    if (this.#sleep !== null) return "machine_slept";
    return gone === "another OBS" ? "obs_crashed" : "stopped";
  }

  /** OBS cannot be seen now. */
  #away(): void {
    if (this.#outputs.size === 0) return;
    const nowMs = this.#options.clock.monotonic();
    this.#awaySinceMs ??= nowMs;
    const isShutOut = this.#options.isShutOut();
    if (this.#unsure.size === 0 && this.#options.hasObsExited()) {
      this.#endAll(() => "stopped");
      return;
    }
    for (const session of this.#outputs.values()) {
      if (!this.#unsure.has(session)) session.counting.lost = !isShutOut;
    }
    const longestMs = isShutOut
      ? LONGEST_BREAK_MS
      : this.#unsure.size > 0
      ? LONGEST_SEARCH_MS
      : LONGEST_ABSENCE_MS;
    if (nowMs - this.#awaySinceMs < longestMs) return;
    this.#endAll((session) => {
      if (this.#unsure.has(session)) {
        return session.counting.lost ? "obs_crashed" : "sidecar_stopped";
      }
      if (this.#sleep !== null) return "machine_slept";
      return isShutOut ? "sidecar_stopped" : "obs_crashed";
    });
  }

  #endAll(why: (session: TrackedSession) => End): void {
    for (const session of [...this.#outputs.values()]) {
      this.#end(session, why(session), session.seenAt);
    }
    this.#endEvening();
  }

  #begin(output: Output, telemetry: Telemetry): void {
    const evening = this.#goOn(output) ?? this.#beginEvening(output, telemetry);
    const session: TrackedSession = {
      ...this.#newSession(output, telemetry),
      evening: { id: evening.id, uid: evening.uid },
      outputId: output.id,
      startAt: Math.max(this.#beganAt(output), evening.startAt),
    };
    this.#count(session, output);
    session.counting.figures = newFigures();
    this.#sample(session, {
      telemetry,
      step: { at: this.#axis.nowMs, ms: 0 },
      bitrateKbps: null,
      network: { total: 0, lost: 0 },
    });
    this.#outputs.set(output.id, session);
    this.#options.onChange("begin", session);
  }

  /** The evening that goes on with an output; null if another one begins. */
  #goOn(output: Output): TrackedSession | null {
    const evening = this.#evening;
    if (evening === null) return null;
    if (evening.endAt === null) return evening;
    if (this.#beganAt(output) - evening.endAt > LONGEST_BREAK_MS) return null;
    evening.endAt = null;
    evening.ended = null;
    this.#lastEnd = null;
    beginBreak(evening.counting.figures);
    this.#options.onChange("begin", evening);
    return evening;
  }

  #beginEvening(output: Output, telemetry: Telemetry): TrackedSession {
    this.#past = nothing();
    this.#lastEnd = null;
    this.#evening = {
      ...this.#newSession(output, telemetry),
      evening: null,
      outputId: null,
      platform: null,
      startAt: this.#beganAt(output),
    };
    this.#options.onChange("begin", this.#evening);
    return this.#evening;
  }

  #newSession(
    output: Output,
    telemetry: Telemetry,
  ): Omit<TrackedSession, "evening" | "outputId" | "startAt"> {
    return {
      id: this.#options.nextId(),
      uid: this.#options.newUid(),
      name: output.name,
      platform: output.platform,
      endAt: null,
      seenAt: this.#axis.nowMs,
      ended: null,
      counts: nothing(),
      targetBitrateKbps: output.target_bitrate_kbps,
      errors: 0,
      warnings: 0,
      counting: {
        figures: newFigures(),
        carried: nothing(),
        reconnecting: false,
        firing: knowAlerts(telemetry.health.alerts),
        lost: false,
        originMs: 0,
      },
    };
  }

  /** Before the sidecar came, if OBS says so; after what is known of that output. */
  #beganAt({ id, uptime_s: uptimeS }: Output): number {
    const earliest = Math.max(
      this.#endedAt.get(id) ?? -Infinity,
      this.#evening?.endAt ?? -Infinity,
    );
    return Math.max(earliest, this.#axis.nowMs - (uptimeS ?? 0) * 1000);
  }

  /** Takes OBS's counts. `carried` is what OBS no longer tells of this session. */
  #count(session: TrackedSession, output: Output): void {
    const { counting, counts } = session;
    const { carried } = counting;
    const plus = (value: number | null, before: number | null, offset: number | null) =>
      value === null ? before : Math.max(before ?? 0, value + (offset ?? 0));
    session.counts = {
      total: plus(output.total_frames, counts.total, carried.total),
      dropped: plus(output.dropped_frames, counts.dropped, carried.dropped),
      reconnects: Math.max(counts.reconnects, (output.reconnects ?? 0) + carried.reconnects),
      downtimeS: Math.max(counts.downtimeS, (output.downtime_s ?? 0) + carried.downtimeS),
    };
    counting.reconnecting = output.reconnecting === true;
  }

  #sample(session: TrackedSession, { telemetry, step, bitrateKbps, network }: {
    telemetry: Telemetry;
    step: Step;
    bitrateKbps: number | null;
    network: FrameGrowth;
  }): void {
    const { obs, system } = telemetry;
    addSample(session.counting.figures, {
      ...step,
      bitrateKbps,
      network,
      render: { total: obs.render_total_frames, lost: obs.render_lagged_frames },
      encoder: { total: obs.encoder_total_frames, lost: obs.encoder_skipped_frames },
      gpuCelsius: system.gpu?.temperature_celsius ?? null,
    });
  }

  #followEvening(
    telemetry: Telemetry,
    { step, growth }: { step: Step; growth: FrameGrowth },
  ): void {
    const evening = this.#evening;
    if (evening === null || evening.endAt !== null) return;
    const live = [...this.#outputs.values()];
    this.#sumUp(evening);
    this.#sample(evening, {
      telemetry,
      step,
      bitrateKbps: sentKbps(telemetry, this.#outputs),
      network: growth,
    });
    if (live.length > 0) {
      evening.seenAt = this.#axis.nowMs;
      const target = live.map(({ targetBitrateKbps }) => targetBitrateKbps);
      if (target.every((kbps) => kbps !== null)) {
        evening.targetBitrateKbps = target.reduce((sum, kbps) => sum + kbps, 0);
      }
      for (const { name } of live) evening.name = joined(evening.name, name);
      return;
    }
    this.#endEvening();
  }

  #sumUp(evening: TrackedSession): void {
    evening.counts = [...this.#outputs.values()].reduce(
      (sum, { counts }) => added(sum, counts),
      this.#past,
    );
  }

  #end(session: TrackedSession, ended: End, at: number): void {
    if (session.outputId === null) return;
    session.endAt = Math.max(session.startAt, at);
    session.ended = ended;
    this.#outputs.delete(session.outputId);
    this.#unsure.delete(session);
    this.#endedAt.set(session.outputId, session.endAt);
    this.#past = added(this.#past, session.counts);
    this.#lastEnd = { ended, at: Math.max(session.endAt, this.#lastEnd?.at ?? -Infinity) };
    if (this.#outputs.size === 0) this.#sleep = null;
    this.#options.onChange("end", session);
  }

  /** The evening is over, for now: as its last session ended. */
  #endEvening(): void {
    const evening = this.#evening;
    if (evening === null) return;
    this.#sumUp(evening);
    evening.endAt = Math.max(evening.startAt, this.#lastEnd?.at ?? evening.seenAt);
    evening.ended = this.#lastEnd?.ended ?? "sidecar_stopped";
    this.#options.onChange("end", evening);
  }

  /** Forgets a sleep that a stream has outlived. */
  #recoverFromSleep(streams: readonly Output[], { ms }: Step): void {
    if (this.#sleep === null) return;
    const isUp = streams.some(({ id, active, reconnecting }) =>
      active === true && reconnecting !== true && this.#outputs.has(id)
    );
    this.#sleep.survivedMs = isUp ? this.#sleep.survivedMs + ms : 0;
    if (this.#sleep.survivedMs > AFTER_SLEEP_MS) this.#sleep = null;
  }

  #countAlerts({ health: { alerts } }: Telemetry): void {
    for (const session of this.live) countAlerts(session, alerts);
  }

  /** Goes on to the present. */
  #step(): Step {
    const at = this.#axis.nowMs;
    const nowMs = this.#options.clock.monotonic();
    const elapsedMs = Math.max(0, nowMs - this.#steppedAtMs);
    this.#axis.advance(this.#present());
    this.#steppedAtMs = nowMs;
    const isGap = this.#axis.nowMs - at > LONGEST_STEP_MS && this.#outputs.size > 0;
    if (isGap) this.#sleep = { at: this.#sleep?.at ?? at, survivedMs: 0 };
    return { at, ms: elapsedMs > LONGEST_STEP_MS ? 0 : elapsedMs };
  }

  #present(): { wallMs: number; monotonicMs: number } {
    const { clock } = this.#options;
    return { wallMs: clock.now(), monotonicMs: clock.monotonic() };
  }
}

/** From the moment before to this one: where that was on the axis, and for how long it was watched. */
interface Step {
  at: number;
  ms: number;
}

/** Counts of no output. */
export function nothing(): OutputCounts {
  return { total: null, dropped: null, reconnects: 0, downtimeS: 0 };
}

/** Counts of two sessions together. */
export function added(a: OutputCounts, b: OutputCounts): OutputCounts {
  const plus = (x: number | null, y: number | null) => x === null ? y : y === null ? x : x + y;
  return {
    total: plus(a.total, b.total),
    dropped: plus(a.dropped, b.dropped),
    reconnects: a.reconnects + b.reconnects,
    downtimeS: a.downtimeS + b.downtimeS,
  };
}

function grown(before: number | null, now: number | null): number {
  return before === null || now === null ? 0 : Math.max(0, now - before);
}

/** Whether OBS was started anew: its render counter never falls in one process. */
function isAnotherObs({ counting }: TrackedSession, { obs }: Telemetry): boolean {
  const { last } = counting.figures.render;
  return last !== null && obs.render_total_frames !== null && obs.render_total_frames < last.total;
}

/** What all live outputs send together; null while that is not known. */
function sentKbps({ obs }: Telemetry, live: ReadonlyMap<string, unknown>): number | null {
  const streams = (obs.outputs ?? []).filter(({ id, active }) => active === true && live.has(id));
  const rates = streams.filter(({ reconnecting }) => reconnecting !== true)
    .map(({ bitrate_kbps }) => bitrate_kbps);
  if (rates.length === 0) return null;
  return rates.every((rate) => rate !== null) ? rates.reduce((sum, rate) => sum + rate, 0) : null;
}

function joined(names: string, name: string): string {
  return names.split(", ").includes(name) || names.length + name.length > MAX_NAME_LENGTH
    ? names
    : `${names}, ${name}`;
}
