import type { Output } from "../../shared/telemetry.ts";
import { ResettingCounter } from "./counter.ts";
import { countField, type Fields, flagField, positiveField } from "./fields.ts";
import type { OutputIdentity } from "./output_identity.ts";
import { percentOf, SlidingWindow } from "./window.ts";

/** Window of the rates: long enough to even out keyframes, short enough to follow a dip. */
const RATE_WINDOW_MS = 2_000;
/** Window of `recent_drop_percentage`. */
const RECENT_WINDOW_MS = 60_000;
/** Window of the mean record bitrate. */
const RECORD_WINDOW_MS = 30_000;

/** Values kept in the windows, by index. */
const BYTES = 0;
const FRAMES = 1;
const DROPPED = 2;

/** What was counted of a session beyond what OBS itself tells now. Null is nothing. */
export interface EarlierCounts {
  /** Frames, drops and bytes of the connections before the one that is up. */
  total: number | null;
  dropped: number | null;
  bytes: number | null;
  reconnects: number;
  downtimeS: number;
  /** How long ago the session began. */
  uptimeS: number;
}

/**
 * Follows one output through its sessions. A session lasts from the output's start to its stop,
 * across reconnects, which set OBS's own counters to zero: bytes and drops when it tries to
 * connect (rtmp-stream.c, init_connect), frames when it has (obs-output.c, begin_data_capture).
 */
export class OutputTracker {
  identity: OutputIdentity;
  #bytes = new ResettingCounter();
  #frames = new ResettingCounter();
  #dropped = new ResettingCounter();
  #rates = new SlidingWindow(RATE_WINDOW_MS);
  #recent = new SlidingWindow(RECENT_WINDOW_MS);
  #record = new SlidingWindow(RECORD_WINDOW_MS);
  #active = false;
  #reconnecting = false;
  #paused: boolean | null;
  #reconnects = 0;
  #downtimeMs = 0;
  #startedAtMs: number | null = null;
  #lastSeenAtMs: number | null = null;
  #congestion: number | null = null;

  constructor(identity: OutputIdentity) {
    this.identity = identity;
    this.#paused = identity.kind === "record" ? null : false;
  }

  /** Whether the output is active. */
  get active(): boolean {
    return this.#active;
  }

  /** Frames and drops within the last 60 s. */
  get recentFrames(): { total: number | null; dropped: number | null } {
    return { total: this.#recent.change(FRAMES), dropped: this.#recent.change(DROPPED) };
  }

  /** Frames, drops and bytes of this session's connections before the one that is up now. */
  get carried(): { total: number; dropped: number; bytes: number } {
    return {
      total: this.#frames.carried,
      dropped: this.#dropped.carried,
      bytes: this.#bytes.carried,
    };
  }

  /** Mean bytes a second over the last 30 s; null while inactive. */
  get recordBytesPerSecond(): number | null {
    return this.#active ? this.#record.perSecond(BYTES) : null;
  }

  /** Takes one answer of `GetOutputStatus`. */
  update(status: Fields, atMs: number): void {
    const active = flagField(status, "outputActive") ?? this.#active;
    if (active && !this.#active) this.#begin(status, atMs);
    if (active || this.#active) {
      this.#count(status);
      this.#follow(status, atMs);
    }
    if (!active && this.#active) this.#end();
    this.#active = active;
    this.#lastSeenAtMs = atMs;
  }

  /** Goes on with a session that an earlier sidecar followed: its totals stand. */
  resume(earlier: EarlierCounts): void {
    this.#frames.carry(earlier.total);
    this.#dropped.carry(earlier.dropped);
    this.#bytes.carry(earlier.bytes);
    this.#reconnects += earlier.reconnects;
    this.#downtimeMs += earlier.downtimeS * 1000;
    if (this.#startedAtMs === null || this.#lastSeenAtMs === null) return;
    const beganAtMs = this.#lastSeenAtMs - earlier.uptimeS * 1000;
    this.#startedAtMs = Math.min(this.#startedAtMs, beganAtMs);
  }

  /** Takes it that OBS did not tell: the figures of the moment are unknown, the totals stand. */
  miss(): void {
    this.#rates.clear();
    this.#congestion = null;
  }

  /** Takes OBS's event that the output lost or found its connection again. */
  noteReconnecting(reconnecting: boolean): void {
    if (!this.#active) return;
    if (reconnecting && !this.#reconnecting) this.#reconnects++;
    this.#reconnecting = reconnecting;
  }

  /** Takes whether the recording is paused; null if OBS did not tell. */
  notePaused(paused: boolean | null): void {
    // A pause is no part of what a minute of recording takes.
    if (this.#paused === true && paused === false) this.#record.clear();
    this.#paused = paused;
  }

  /** The output is gone from OBS: it is no longer active, its totals stand. */
  noteGone(): void {
    if (this.#active) this.#end();
    this.#active = false;
  }

  /** The output as it stands in a snapshot. */
  snapshot(targetBitrateKbps: number | null): Output {
    const { id, name, kind, platform, reportsDrops } = this.identity;
    const dropped = reportsDrops ? this.#dropped.total : null;
    const bytesPerSecond = this.#active ? this.#rates.perSecond(BYTES) : 0;
    return {
      id,
      name,
      kind,
      platform,
      active: this.#active,
      reconnecting: this.#reconnecting,
      reconnects: this.#reconnects,
      downtime_s: this.#downtimeMs / 1000,
      dropped_frames: dropped,
      total_frames: this.#frames.total,
      total_bytes: this.#bytes.total,
      drop_percentage: percentOf(dropped, this.#frames.total),
      bitrate_kbps: bytesPerSecond === null ? null : bytesPerSecond * 8 / 1000,
      fps: this.#active ? this.#rates.perSecond(FRAMES) : 0,
      encoding_lag_ms: null,
      target_bitrate_kbps: targetBitrateKbps,
      recent_drop_percentage: reportsDrops
        ? percentOf(this.#recent.change(DROPPED), this.#recent.change(FRAMES))
        : null,
      congestion: this.#active ? this.#congestion : null,
      uptime_s: this.#active && this.#startedAtMs !== null && this.#lastSeenAtMs !== null
        ? Math.max(0, (this.#lastSeenAtMs - this.#startedAtMs) / 1000)
        : 0,
      paused: this.#active ? this.#paused : false,
    };
  }

  #begin(status: Fields, atMs: number): void {
    // A stream that was live before the sidecar came: OBS's own duration is the best there is.
    const before = this.#lastSeenAtMs === null ? positiveField(status, "outputDuration") ?? 0 : 0;
    this.#startedAtMs = atMs - before;
    for (const counter of [this.#bytes, this.#frames, this.#dropped]) counter.restart();
    for (const window of [this.#rates, this.#recent, this.#record]) window.clear();
    this.#reconnects = 0;
    this.#downtimeMs = 0;
    this.#reconnecting = false;
  }

  #count(status: Fields): void {
    const bytes = countField(status, "outputBytes");
    // OBS zeroes bytes and drops together, and bytes fall for sure where drops may not.
    const connected = this.#bytes.fellTo(bytes);
    this.#bytes.update(bytes);
    this.#dropped.update(countField(status, "outputSkippedFrames"), { reset: connected });
    this.#frames.update(countField(status, "outputTotalFrames"));
  }

  #follow(status: Fields, atMs: number): void {
    if (this.#reconnecting && this.#lastSeenAtMs !== null) {
      this.#downtimeMs += Math.max(0, atMs - this.#lastSeenAtMs);
    }
    this.#active = true;
    this.noteReconnecting(flagField(status, "outputReconnecting") ?? false);
    const congestion = positiveField(status, "outputCongestion");
    this.#congestion = this.identity.reportsCongestion && congestion !== null
      ? Math.min(1, congestion)
      : null;
    const values = [this.#bytes.grown, this.#frames.grown, this.#dropped.grown];
    this.#rates.add(atMs, values);
    this.#recent.add(atMs, values);
    if (this.identity.kind === "record" && this.#paused !== true) this.#record.add(atMs, values);
  }

  #end(): void {
    this.#reconnecting = false;
    this.#congestion = null;
  }
}
