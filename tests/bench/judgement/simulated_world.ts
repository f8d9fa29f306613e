import type { GpuReading } from "../../../sidecar/collectors/collector.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";
import type { ObsAnswer, ObsRequest } from "../../../sidecar/obs/session.ts";
import { Encoder } from "./encoder.ts";
import { type Evening, type Incident, type Noise, randomOf } from "./evening.ts";
import { Card } from "./gpu.ts";
import { type Dip, Link } from "./link.ts";
import { Machine } from "./machine.ts";
import { answerRequest } from "./obs_answers.ts";
import { SimulatedOutput } from "./output.ts";
import type { MachineMoment } from "./recording.ts";
import { Sound } from "./sound.ts";
import type { Truth } from "./truth.ts";
import { TruthKeeper } from "./truth_keeper.ts";
import type { World, WorldEvent } from "./world.ts";

const STEP_MS = 100;

/** Steps while nobody watches yet may be longer: nothing goes wrong then. */
const UNSEEN_STEP_MS = 1_000;

/** How many times what is needed the lines carry. */
const UPLINK_ROOM = 1.8;
const INGEST_ROOM = 3;

/** How often a step of a level's loading costs a frame. */
const HITCHES_A_STEP = 0.04;

/** How long a line that comes and goes is narrow, and how long free. */
const NARROW_MS = 7_000;
const FREE_MS = 2_000;

const STREAM_STARTS_MS = 5_000;
const GIB = 2 ** 30;

/** OBS's own Stats dock warns below 5 GiB (obs-studio, frontend/widgets/OBSBasicStats.cpp). */
const LITTLE_ROOM_BYTES = 5 * GIB;

/** A card at less than this is well, whichever it is: the hottest that a game alone makes it. */
const COOL_CELSIUS = 81;

/** How long a connection is dead before the system notices. */
const DEAD_AFTER_MS = 12_000;

/** A streamer's PC and OBS on it, for one evening. */
export class SimulatedWorld implements World {
  readonly durationMs: number;
  readonly evening: Evening;
  readonly #uplink: Link;
  readonly #ingest: Link;
  readonly #card: Card;
  readonly #encoder: Encoder;
  readonly #machine: Machine;
  readonly #sound: Sound;
  readonly #main: SimulatedOutput;
  readonly #recording: SimulatedOutput | null;
  readonly #outputs: SimulatedOutput[];
  readonly #truth: TruthKeeper;
  readonly #random;
  readonly #begun = new Set<Noise>();
  readonly #ended = new Set<Noise>();
  #events: WorldEvent[] = [];
  #nowMs = 0;
  #connected = true;
  #process = 1;
  #startAtMs = STREAM_STARTS_MS;
  #changing = false;
  #scene = 0;
  #fillBytesPerMs = 0;
  readonly #usualCpu: number;

  constructor(evening: Evening) {
    this.evening = evening;
    this.durationMs = evening.durationMs;
    const random = randomOf(evening.seed + 0x10000);
    this.#random = random;
    const { fps, kbps, incident, extras, encoder } = evening;
    const platforms = extras.platforms.map((name) =>
      new SimulatedOutput({ name: `aitum_multi_output_${name}`, kind: "rtmp_output", kbps })
    );
    const mode = evening.rateControl === "VBR" ? "adv" : "simple";
    this.#main = new SimulatedOutput({
      name: `${mode}_stream`,
      kind: "rtmp_output",
      kbps,
      dynamicBitrate: incident.kind === "dynamic_bitrate",
    });
    this.#recording = extras.recording
      ? new SimulatedOutput({ name: `${mode}_file_output`, kind: "ffmpeg_muxer", kbps: 16_000 })
      : null;
    const replay = extras.replay
      ? [new SimulatedOutput({ name: "Replay Buffer", kind: "replay_buffer", kbps: 16_000 })]
      : [];
    this.#outputs = [
      this.#main,
      ...platforms,
      ...(this.#recording === null ? [] : [this.#recording]),
      ...replay,
    ];
    const needKbps = kbps * (1 + platforms.length) + 160 * (1 + platforms.length);
    this.#uplink = new Link({
      kbps: needKbps * UPLINK_ROOM,
      dips: dips(evening, "uplink", 1 / UPLINK_ROOM),
      random,
    });
    this.#ingest = new Link({
      kbps: (kbps + 160) * INGEST_ROOM,
      dips: dips(evening, "ingest", 1 / INGEST_ROOM),
      random,
    });
    const slowdownCelsius = [83, 87, 90, 93][Math.floor(random.next() * 4)] ?? 87;
    this.#card = new Card({
      random,
      fps,
      renderMs: 3 + 3 * random.next(),
      warmCelsius: 60 + 18 * random.next(),
      slowdownCelsius,
      encodes: encoder === "nvenc",
    });
    this.#encoder = new Encoder({ random, fps });
    this.#machine = new Machine(random);
    this.#usualCpu = 0.3 + 0.4 * random.next();
    this.#sound = new Sound(random);
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
        renderSkippedFrames: this.#card.total.lagged,
        renderTotalFrames: this.#card.total.rendered,
        outputSkippedFrames: this.#encoder.total.skipped,
        outputTotalFrames: this.#encoder.total.frames,
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
    const burden = this.#makeNoise();
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
    this.#truth.step(nowMs, this.#isHarmful({ late, skipped, dropped, isOn }));
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
    const uplink = this.#uplink.capacityKbps(nowMs);
    const ingest = this.#ingest.capacityKbps(nowMs);
    this.#connect(nowMs);
    const streams = this.#outputs.filter(({ kind, active, reconnecting }) =>
      kind === "rtmp_output" && active && !reconnecting
    );
    const isStill = this.#isNoise("still_picture");
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
    const { incident } = this.evening;
    let writtenBytes = this.#recording?.active && !this.#recording.paused && this.#connected
      ? 16_160 / 8 * stepMs
      : 0;
    if (incident.kind === "disk_filling") {
      // Something else fills the drive, so that little is left for the last half of the time.
      if (isOn && this.#fillBytesPerMs === 0) {
        const room = this.#machine.freeBytes - 1.5 * GIB;
        this.#fillBytesPerMs = room / ((incident.toMs - incident.fromMs) / 2);
      }
      const isFilling = isOn && this.#machine.freeBytes > 2 * GIB;
      if (isFilling) writtenBytes += this.#fillBytesPerMs * stepMs;
      if (this.#fillBytesPerMs > 0 && this.#nowMs >= incident.toMs) {
        this.#fillBytesPerMs = 0;
        this.#machine.makeRoom();
      }
    }
    this.#machine.run(stepMs, { cpu, writtenBytes });
  }

  #isHarmful(
    { late, skipped, dropped, isOn }: {
      late: number;
      skipped: number;
      dropped: number;
      isOn: boolean;
    },
  ): boolean {
    switch (this.evening.incident.kind) {
      case "uplink_dip":
      case "ingest_dip":
      case "stalled_connection":
      case "reconnect":
        return dropped > 0 || this.#main.reconnecting ||
          !isOn && this.#outputs.some(({ queuedMs }) => queuedMs > 100);
      case "dynamic_bitrate":
        return (this.#main.dynamicBitrate?.share ?? 1) < 1;
      case "render_lag":
        return isOn && late > 0;
      case "thermal_throttling":
        return this.#card.throttled || !isOn && this.#card.celsius >= COOL_CELSIUS;
      case "x264_overload":
      case "nvenc_overload":
        return isOn && skipped > 0;
      case "disk_filling":
        return this.#machine.freeBytes < LITTLE_ROOM_BYTES;
      case "silence":
        return !this.#sound.isHeard;
      case "obs_crash":
        return !this.#connected;
      case "nothing":
        return false;
    }
  }

  /** What is harmless and looks as if it were not. */
  #makeNoise(): { level: boolean; lateFrames: number; skippedFrames: number } {
    const burden = { level: false, lateFrames: 0, skippedFrames: 0 };
    for (const noise of this.evening.noises) {
      if (noise.fromMs > this.#nowMs || this.#ended.has(noise)) continue;
      const begins = !this.#begun.has(noise);
      const ends = this.#nowMs >= noise.toMs;
      this.#begun.add(noise);
      if (ends) this.#ended.add(noise);
      if (noise.kind === "scene" && begins) {
        this.#scene++;
        burden.lateFrames = Math.floor(4 * this.#random.next() ** 2 * 2);
        this.#events.push({
          event: "CurrentProgramSceneChanged",
          data: { sceneName: "Gameplay" },
        });
      } else if (noise.kind === "level_load") {
        burden.level = !ends;
        // The game holds the machine up now and then while it loads: single frames are lost.
        if (this.#random.next() < HITCHES_A_STEP) burden.lateFrames++;
        if (this.#random.next() < HITCHES_A_STEP) burden.skippedFrames++;
      } else if (noise.kind === "mic_muted") {
        this.#sound.micMuted = !ends;
      } else {
        this.#interrupt(noise, { begins, ends });
      }
    }
    return burden;
  }

  /** The user pauses the recording, stops the stream, or loads another scene collection. */
  #interrupt({ kind, toMs }: Noise, { begins, ends }: { begins: boolean; ends: boolean }): void {
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

  #isNoise(kind: Noise["kind"]): boolean {
    return this.evening.noises.some((noise) =>
      noise.kind === kind && this.#nowMs >= noise.fromMs && this.#nowMs < noise.toMs
    );
  }

  #tell(
    event: "StreamStateChanged" | "RecordStateChanged",
    outputState: string,
    outputActive: boolean,
  ): void {
    this.#events.push({ event, data: { outputActive, outputState } });
  }
}

/** When a line carries less. @param whole the share of what it carries that is needed */
function dips(
  { incident: { kind, fromMs, toMs, amount, flaps }, noises }: Evening,
  line: "uplink" | "ingest",
  whole: number,
): Dip[] {
  const spikes = line === "ingest"
    ? []
    : noises.filter(({ kind }) => kind === "latency_spike").map((spike) => ({
      fromMs: spike.fromMs,
      toMs: spike.toMs,
      share: 0.3 * whole,
    }));
  const isThis = kind === `${line}_dip` || line === "uplink" && kind === "dynamic_bitrate";
  if (isThis && flaps) return [...spikes, ...flapping({ fromMs, toMs, share: amount * whole })];
  if (isThis) return [...spikes, { fromMs, toMs, share: amount * whole }];
  if (line === "ingest" && kind === "stalled_connection") return [{ fromMs, toMs, share: 0 }];
  return spikes;
}

/** A line that is narrow for some seconds, free for two, and narrow again. */
function flapping({ fromMs, toMs, share }: Dip): Dip[] {
  const dips: Dip[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += NARROW_MS + FREE_MS) {
    dips.push({ fromMs: atMs, toMs: Math.min(toMs, atMs + NARROW_MS), share });
  }
  return dips;
}
