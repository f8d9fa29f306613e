/** A session tracker with time and OBS in the test's hands. */
import assert from "node:assert/strict";
import type { Alert } from "../../shared/alert.ts";
import type { Session } from "../../shared/session.ts";
import { DISCONNECTED_OBS, type ObsTelemetry, type Output } from "../../shared/telemetry.ts";
import { nothing } from "../../sidecar/sessions/output_counts.ts";
import { SessionTracker } from "../../sidecar/sessions/session_tracker.ts";
import type { Carried, KeptSession } from "../../sidecar/sessions/tracked_session.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";

const START_MS = 1_795_370_000_000;
export const TICK_MS = 500;
const FPS = 60;
const FRAME_BYTES = 12_500;

/** An output as OBS counts it: since its last connection. */
export interface FakeOutput {
  active: boolean;
  reconnecting: boolean;
  name: string;
  /** Frames of this connection, and of those before. */
  frames: number;
  dropped: number;
  carried: Carried;
  reconnects: number;
  downtimeS: number;
  uptimeS: number;
  bitrateKbps: number | null;
}

/** What a tracker is moved with. */
export class TrackerRig {
  monotonicMs = 0;
  /** Since the machine was started, sleep included. */
  sinceBootMs = 86_400_300;
  wallMs = START_MS;
  exited = false;
  shutOut = false;
  connected = true;
  rendered = 100_000;
  lagged = 10;
  encoded = 5000;
  skipped = 2;
  celsius: number | null = 60;
  alerts: Alert[] = [];
  readonly outputs = new Map<string, FakeOutput>();
  readonly log: { kind: "begin" | "end"; session: Session; atMs: number }[] = [];
  readonly #uids: string[] = [];
  /** Whether this sidecar has not seen OBS yet. */
  #isNew = false;
  readonly #tellsSleep: boolean;
  tracker: SessionTracker;

  /** @param options.tellsSleep whether the system tells for how long the machine runs */
  constructor({ tellsSleep = false }: { tellsSleep?: boolean } = {}) {
    this.#tellsSleep = tellsSleep;
    this.tracker = this.#newTracker();
  }

  #newTracker(): SessionTracker {
    return new SessionTracker({
      clock: {
        now: () => this.wallMs,
        monotonic: () => this.monotonicMs,
        ...this.#tellsSleep && { sinceBoot: () => Math.floor(this.sinceBootMs / 1000) * 1000 },
      },
      hasObsExited: () => this.exited,
      isShutOut: () => this.shutOut,
      carried: (id) => this.outputs.get(id)?.carried ?? null,
      idOf: (uid) => this.#uids.indexOf(uid) + 1,
      newUid: () => {
        const uid = crypto.randomUUID();
        this.#uids.push(uid);
        return uid;
      },
      onChange: (kind, session) =>
        this.log.push({ kind, session: this.tracker.show(session), atMs: this.monotonicMs }),
    });
  }

  /** Another sidecar comes, with what this one kept, so long after. */
  restart(awayMs: number): void {
    const kept = this.tracker.live.map((session) => this.kept(session));
    this.pass(awayMs);
    for (const output of this.outputs.values()) {
      // A new sidecar knows what OBS tells: the connection that is up.
      output.carried = { total: 0, dropped: 0, bytes: 0 };
      output.reconnects = 0;
      output.downtimeS = 0;
    }
    this.tracker = this.#newTracker();
    const [evening, ...open] = kept;
    assert.ok(evening);
    this.tracker.resume(evening, {
      open,
      past: nothing(),
    });
    this.#isNew = true;
  }

  /** As it is after a stay in the database. */
  kept(session: Parameters<SessionTracker["keep"]>[0]): KeptSession {
    return JSON.parse(JSON.stringify(this.tracker.keep(session)));
  }

  start(id = "simple_stream", changes: Partial<FakeOutput> = {}): FakeOutput {
    const output: FakeOutput = {
      active: true,
      reconnecting: false,
      name: "Twitch",
      frames: 0,
      dropped: 0,
      carried: { total: 0, dropped: 0, bytes: 0 },
      reconnects: 0,
      downtimeS: 0,
      uptimeS: 0,
      bitrateKbps: 6000,
      ...changes,
    };
    this.outputs.set(id, output);
    return output;
  }

  /** Time goes by for the machine and OBS; nobody looks. */
  pass(ms: number): void {
    this.monotonicMs += ms;
    this.wallMs += ms;
    this.sinceBootMs += ms;
    for (const output of this.outputs.values()) {
      if (!output.active) continue;
      output.uptimeS += ms / 1000;
      if (output.reconnecting) output.downtimeS += ms / 1000;
      else output.frames += FPS * ms / 1000;
    }
    this.rendered += FPS * ms / 1000;
    this.encoded += FPS * ms / 1000;
  }

  /** One snapshot. */
  look(): void {
    if (this.connected && this.#isNew) this.#takeOver();
    this.tracker.write({
      ...exampleTelemetry(),
      system: {
        ...exampleTelemetry().system,
        gpu: { ...exampleTelemetry().system.gpu!, temperature_celsius: this.celsius },
      },
      obs: this.#obs(),
      health: { ...exampleTelemetry().health, alerts: this.alerts },
    });
  }

  /** Ticks for so long, each with a snapshot. */
  run(seconds: number): void {
    for (let tick = 0; tick < seconds * 1000 / TICK_MS; tick++) {
      this.pass(TICK_MS);
      this.look();
    }
  }

  /** What began and ended, of outputs. */
  ends(): [kind: string, id: number, ended: string | null][] {
    return this.log.filter(({ session }) => session.kind === "output")
      .map(({ kind, session }) => [kind, session.id, session.ended]);
  }

  /** The last that was told of a kind of session. */
  last(kind: Session["kind"]): Session {
    const found = this.log.findLast(({ session }) => session.kind === kind);
    assert.ok(found, `no ${kind} was told of`);
    return found.session;
  }

  /** The outputs as they stand in a snapshot. */
  shown(): Output[] {
    return [...this.outputs].map(([id, output]): Output =>
      exampleOutput({
        id,
        name: output.name,
        active: output.active,
        reconnecting: output.reconnecting,
        reconnects: output.reconnects,
        downtime_s: output.downtimeS,
        total_frames: output.frames + output.carried.total,
        dropped_frames: output.dropped + output.carried.dropped,
        total_bytes: output.frames * FRAME_BYTES + output.carried.bytes,
        bitrate_kbps: output.bitrateKbps,
        uptime_s: output.active ? output.uptimeS : 0,
      })
    );
  }

  /** As the collector does with the first answer of an OBS. */
  #takeOver(): void {
    this.#isNew = false;
    for (const shown of this.shown()) {
      const output = this.outputs.get(shown.id);
      const earlier = shown.active ? this.tracker.handOver(shown, this.rendered) : null;
      if (output === undefined || earlier === null) continue;
      const { total, dropped, bytes, reconnects, downtimeS, uptimeS } = earlier;
      output.carried = { total: total ?? 0, dropped: dropped ?? 0, bytes: bytes ?? 0 };
      output.reconnects += reconnects;
      output.downtimeS += downtimeS;
      output.uptimeS = Math.max(output.uptimeS, uptimeS);
    }
  }

  #obs(): ObsTelemetry {
    if (!this.connected) return DISCONNECTED_OBS;
    return {
      ...exampleTelemetry().obs,
      outputs: this.shown(),
      render_total_frames: this.rendered,
      render_lagged_frames: this.lagged,
      encoder_total_frames: this.encoded,
      encoder_skipped_frames: this.skipped,
    };
  }
}
