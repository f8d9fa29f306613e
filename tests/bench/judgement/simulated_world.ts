import type { GpuReading } from "../../../sidecar/collectors/collector.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";
import type { ObsAnswer, ObsRequest } from "../../../sidecar/obs/session.ts";
import { Encoder } from "./encoder.ts";
import { DriveFiller } from "./drive_filler.ts";
import { type Evening, type Incident, randomOf } from "./evening.ts";
import { isHarmful } from "./harm.ts";
import type { Card } from "./gpu.ts";
import { makeLines } from "./lines.ts";
import type { Link } from "./link.ts";
import { Machine } from "./machine.ts";
import { makeCard } from "./make_card.ts";
import { type ActiveNoise, NoiseMaker } from "./noise_maker.ts";
import { answerRequest } from "./obs_answers.ts";
import type { SimulatedOutput } from "./output.ts";
import { makeOutputs } from "./outputs.ts";
import type { MachineMoment } from "./recording.ts";
import { Sound } from "./sound.ts";
import type { Truth } from "./truth.ts";
import { TruthKeeper } from "./truth_keeper.ts";
import type { World, WorldEvent } from "./world.ts";

const STEP_MS = 100;

/** Steps while nobody watches yet may be longer: nothing goes wrong then. */
const UNSEEN_STEP_MS = 1_000;

const STREAM_STARTS_MS = 5_000;

/** How long a connection is dead before the system notices. */
const DEAD_AFTER_MS = 12_000;

/** A streamer's PC and OBS on it, for one evening. */
export class SimulatedWorld implements World {
  readonly durationMs: number;
  readonly evening: Evening;
  readonly #lines: { uplink: Link; ingest: Link };
  readonly #card: Card;
  readonly #encoder: Encoder;
  readonly #machine: Machine;
  readonly #sound: Sound;
  readonly #main: SimulatedOutput;
  readonly #recording: SimulatedOutput | null;
  readonly #outputs: SimulatedOutput[];
  readonly #truth: TruthKeeper;
  readonly #random;
  readonly #noises: NoiseMaker;
  readonly #filler: DriveFiller;
  #events: WorldEvent[] = [];
  #nowMs = 0;
  #connected = true;
  #process = 1;
  #startAtMs = STREAM_STARTS_MS;
  #changing = false;
  #scene = 0;
  readonly #usualCpu: number;

  constructor(evening: Evening) {
    this.evening = evening;
    this.durationMs = evening.durationMs;
    const random = randomOf(evening.seed + 0x10000);
    this.#random = random;
    const { fps, incident, noises } = evening;
    ({ main: this.#main, recording: this.#recording, all: this.#outputs } = makeOutputs(evening));
    this.#lines = makeLines(evening, random);
    this.#card = makeCard(evening, random);
    this.#encoder = new Encoder({ random, fps });
    this.#machine = new Machine(random);
    this.#usualCpu = 0.3 + 0.4 * random.next();
    this.#sound = new Sound(random);
    this.#noises = new NoiseMaker(noises, random);
    this.#filler = new DriveFiller(incident.toMs - incident.fromMs);
    this.#truth = new TruthKeeper(incident, evening.attachedMs);
    this.#pass(evening.attachedMs, UNSEEN_STEP_MS);
    this.#events = [];
  }

  get connected(): boolean {
    return this.#connected;
  }

  get process(): number {
    return this.#process;
  }

  advance(toMs: number): WorldEvent[] {
    this.#pass(this.evening.attachedMs + toMs, STEP_MS);
    const events = this.#events;
    this.#events = [];
    return this.#connected ? events : [];
  }

  answer(request: ObsRequest): ObsAnswer {
    return answerRequest(request, {
      evening: this.evening,
      outputs: this.#outputs,
      scene: ["Gameplay", "Just Chatting", "Starting Soon"][this.#scene % 3] ?? "",
      micMuted: this.#sound.micMuted,
      isChanging: this.#changing,
      stats: {
        cpuUsage: 4,
        memoryUsage: 900,
        availableDiskSpace: this.#machine.freeBytes / 2 ** 20,
        ...this.#card.told,
        ...this.#encoder.told,
      },
    });
  }

  meters(): Fields {
    return this.#sound.meters();
  }

  machine(): MachineMoment {
    return this.#machine.moment();
  }

  gpus(): GpuReading {
    return this.#card.reading();
  }

  truth(): Truth {
    return this.#truth.truth();
  }

  #pass(toMs: number, stepMs: number): void {
    while (this.#nowMs < toMs) {
      const span = Math.min(stepMs, toMs - this.#nowMs);
      this.#nowMs += span;
      this.#step(span);
    }
  }

  #step(stepMs: number): void {
    const nowMs = this.#nowMs;
    const { incident } = this.evening;
    const isOn = nowMs >= incident.fromMs && nowMs < incident.toMs;
    const is = (kind: Incident["kind"]) => isOn && incident.kind === kind;
    this.#live(is("obs_crash"));
    const noises = this.#noises.step(nowMs);
    const burden = this.#noises.burden(noises);
    for (const noise of noises) this.#make(noise);
    this.#sound.dead = is("silence");
    this.#sound.run(nowMs);

    const late = this.#card.run(stepMs, {
      frameShare: is("render_lag") ? incident.amount : burden.level ? 0.55 : null,
      isFanless: is("thermal_throttling"),
      encoder: is("nvenc_overload") ? 1 : this.evening.encoder === "nvenc" ? 0.35 : 0,
      hiccup: burden.lateFrames,
    });
    const overload = is("x264_overload") || is("nvenc_overload");
    const isUsed = this.#outputs.some(({ active }) => active) && this.#connected;
    const { fps, skipped } = isUsed
      ? this.#encoder.run(stepMs, {
        load: overload ? incident.amount : 0.6,
        hiccup: burden.skippedFrames,
      })
      : { fps: 0, skipped: 0 };
    const dropped = this.#send(stepMs, fps);
    this.#run(stepMs, {
      cpu: is("x264_overload") ? 1.05 : burden.level ? 0.97 : this.#usualCpu,
      isOn,
    });
    this.#truth.step(
      nowMs,
      isHarmful(incident.kind, {
        isOn,
        late,
        skipped,
        dropped,
        isReconnecting: this.#main.reconnecting,
        queuedMs: Math.max(...this.#outputs.map(({ queuedMs }) => queuedMs)),
        bitrateShare: this.#main.dynamicBitrate?.share ?? 1,
        card: this.#card,
        freeBytes: this.#machine.freeBytes,
        isHeard: this.#sound.isHeard,
        isConnected: this.#connected,
        isLevelLoading: burden.level,
      }),
    );
  }

  /** OBS starts, streams, crashes and comes back. */
  #live(isCrashed: boolean): void {
    if (isCrashed === this.#connected) {
      this.#connected = !isCrashed;
      if (isCrashed) {
        for (const output of this.#outputs) output.stop();
      } else {
        this.#process++;
        this.#card.restart();
        this.#startAtMs = this.#nowMs + 6_000;
      }
    }
    if (!this.#connected || this.#main.active || this.#nowMs < this.#startAtMs) return;
    if (!this.#outputs.some(({ active }) => active)) this.#encoder.restart();
    for (const output of this.#outputs) if (!output.active) output.start();
    this.#tell("StreamStateChanged", "OBS_WEBSOCKET_OUTPUT_STARTED", true);
    if (this.#recording !== null) {
      this.#tell("RecordStateChanged", "OBS_WEBSOCKET_OUTPUT_STARTED", true);
    }
  }

  #send(stepMs: number, fps: number): number {
    const nowMs = this.#nowMs;
    const uplink = this.#lines.uplink.capacityKbps(nowMs);
    const ingest = this.#lines.ingest.capacityKbps(nowMs);
    this.#connect(nowMs);
    const streams = this.#outputs.filter(({ kind, active, reconnecting }) =>
      kind === "rtmp_output" && active && !reconnecting
    );
    const isStill = this.#noises.has("still_picture", nowMs);
    const need = this.evening.rateControl === "CBR"
      ? this.#random.around(1, 0.08)
      : this.#random.around(isStill ? 0.15 : 0.85, 0.12);
    let dropped = 0;
    for (const output of this.#outputs) {
      const share = uplink / Math.max(1, streams.length);
      const isMain = output === this.#main;
      dropped += output.run({
        nowMs,
        stepMs,
        fps,
        need,
        capacityKbps: isMain ? Math.min(share, ingest) : share,
      });
    }
    return dropped;
  }

  /** The platform breaks the connection, and takes it again when it is back. */
  #connect(nowMs: number): void {
    const { kind, fromMs, toMs } = this.evening.incident;
    const brokenFromMs = kind === "reconnect"
      ? fromMs
      : kind === "stalled_connection"
      ? fromMs + DEAD_AFTER_MS
      : Infinity;
    const main = this.#main;
    const isAway = nowMs >= brokenFromMs && nowMs < toMs;
    if (main.active && isAway && !main.reconnecting) {
      main.lose(nowMs);
      this.#tell("StreamStateChanged", "OBS_WEBSOCKET_OUTPUT_RECONNECTING", false);
    } else if (main.reconnecting && main.retry(nowMs, !isAway)) {
      this.#tell("StreamStateChanged", "OBS_WEBSOCKET_OUTPUT_RECONNECTED", true);
    }
  }

  #run(stepMs: number, { cpu, isOn }: { cpu: number; isOn: boolean }): void {
    const recorded = this.#recording?.active && !this.#recording.paused && this.#connected
      ? 16_160 / 8 * stepMs
      : 0;
    const { filledBytes, isOver } = this.#filler.step(stepMs, {
      isOn: isOn && this.evening.incident.kind === "disk_filling",
      freeBytes: this.#machine.freeBytes,
    });
    if (isOver) this.#machine.makeRoom();
    const writtenBytes = recorded + filledBytes;
    this.#machine.run(stepMs, { cpu, writtenBytes });
  }

  /** The user changes the scene, mutes, pauses the recording, stops the stream, … */
  #make({ noise: { kind, toMs }, begins, ends }: ActiveNoise): void {
    if (kind === "mic_muted") this.#sound.micMuted = !ends;
    if (kind === "scene" && begins) {
      this.#scene++;
      const data = { sceneName: "Gameplay" };
      this.#events.push({ event: "CurrentProgramSceneChanged", data });
    }
    if (!this.#connected) return;
    if (kind === "record_pause" && this.#recording !== null && (begins || ends)) {
      this.#recording.paused = !ends;
      const state = ends ? "RESUMED" : "PAUSED";
      this.#tell("RecordStateChanged", `OBS_WEBSOCKET_OUTPUT_${state}`, ends);
    }
    if (kind === "collection" && (begins || ends)) {
      this.#changing = !ends;
      this.#events.push({
        event: ends ? "CurrentSceneCollectionChanged" : "CurrentSceneCollectionChanging",
        data: { sceneCollectionName: "Untitled" },
      });
    }
    if (kind === "stream_stop" && begins && this.#main.active) {
      for (const output of this.#outputs) {
        if (output.kind === "rtmp_output") output.stop();
      }
      this.#startAtMs = toMs;
      this.#tell("StreamStateChanged", "OBS_WEBSOCKET_OUTPUT_STOPPED", false);
    }
  }

  #tell(
    event: "StreamStateChanged" | "RecordStateChanged",
    outputState: string,
    outputActive: boolean,
  ): void {
    this.#events.push({ event, data: { outputActive, outputState } });
  }
}
