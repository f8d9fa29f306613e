import { COLLECTOR_NAMES, type CollectorName } from "../shared/collector_names.ts";
import { type Telemetry, TELEMETRY_VERSION } from "../shared/telemetry.ts";
import type { Collectors } from "./collectors/collector.ts";
import { CollectorRunner } from "./collectors/collector_runner.ts";
import type { Judge } from "./health/judge.ts";
import type { Finding } from "./health/rule.ts";
import type { Log } from "./log/log.ts";
import type { Sink, Snapshot } from "./sinks/sink.ts";
import { SinkRunner } from "./sinks/sink_runner.ts";
import { assemble, type CollectorStates } from "./snapshot/assemble.ts";
import { describeImpossible, type Impossible, validate } from "./snapshot/validate.ts";
import type { Clock } from "./time/clock.ts";
import { settlesAtOnce } from "./time/settles_at_once.ts";

/**
 * Longest that a tick waits for its collectors; what comes later is in the next one. With ticks of
 * 500 ms a snapshot is then never more than 700 ms old.
 */
const LONGEST_WAIT_MS = 200;

/** Least time between two snapshots, so that a storm of events does not become one of writes. */
const LEAST_SPACING_MS = 20;

/** What a pipeline needs. */
export interface PipelineOptions {
  collectors: Collectors;
  judge: Judge;
  sinks: readonly Sink[];
  clock: Clock;
  log: Log;
  /** Milliseconds between two ticks, at first. */
  tickMs: number;
  /** `sequence` of the last snapshot that was ever written. */
  lastSequence: number;
  /** Trouble that the snapshot should tell of besides what the figures show. */
  notices(): readonly Finding[];
}

type Runners = {
  [N in CollectorName]: CollectorRunner<Awaited<ReturnType<Collectors[N]["collect"]>>>;
};

/**
 * The tick: collect, assemble, judge, publish. Ticks keep their rhythm and never overlap; after a
 * pause of the machine the missed ones are not made up for.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #runners: Runners;
  readonly #sinks: readonly SinkRunner[];
  #tickMs: number;
  #sequence: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextTickAtMs = 0;
  #publishedAtMs = -Infinity;
  #working: Promise<void> | null = null;
  #wanted = false;
  #stopped = false;
  #extra: Promise<void> = Promise.resolve();
  #impossiblePaths = "";

  constructor(options: PipelineOptions) {
    const { collectors, clock, log } = options;
    this.#options = options;
    this.#tickMs = options.tickMs;
    this.#sequence = options.lastSequence;
    this.#runners = {
      obs: new CollectorRunner(collectors.obs, { clock, log }),
      system: new CollectorRunner(collectors.system, { clock, log }),
      network: new CollectorRunner(collectors.network, { clock, log }),
      gpu: new CollectorRunner(collectors.gpu, { clock, log }),
    };
    this.#sinks = options.sinks.map((sink) => new SinkRunner(sink, log));
  }

  /** Begins to tick. Resolves when the first snapshot is published. */
  async start(): Promise<void> {
    this.#nextTickAtMs = this.#options.clock.monotonic();
    await this.#work(COLLECTOR_NAMES);
    this.#schedule();
  }

  /** Ticks at another pace from now on. */
  setTick(tickMs: number): void {
    this.#tickMs = tickMs;
    // A tick under way, or the first one, arranges for the next by itself.
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#nextTickAtMs = this.#options.clock.monotonic();
    this.#schedule();
  }

  /** Takes a snapshot at once, with fresh figures of OBS: its state changed. */
  trigger(): void {
    if (this.#stopped || this.#wanted) return;
    this.#wanted = true;
    this.#extra = this.#takeExtra();
  }

  /** Stops ticking, publishes a last snapshot that says so, and closes sinks and collectors. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#extra;
    await this.#idle();
    this.#publish(() => this.#farewell());
    await Promise.all(this.#sinks.map((sink) => sink.close()));
    await Promise.all(Object.values(this.#runners).map((runner) => runner.close()));
  }

  #schedule(): void {
    if (this.#stopped) return;
    const nowMs = this.#options.clock.monotonic();
    this.#nextTickAtMs += this.#tickMs;
    if (this.#nextTickAtMs < nowMs) this.#nextTickAtMs = nowMs + this.#tickMs;
    this.#timer = setTimeout(() => void this.#tick(), this.#nextTickAtMs - nowMs);
  }

  async #tick(): Promise<void> {
    this.#timer = undefined;
    await this.#idle();
    if (this.#stopped) return;
    await this.#work(COLLECTOR_NAMES);
    this.#schedule();
  }

  async #takeExtra(): Promise<void> {
    await this.#idle();
    const waitMs = this.#publishedAtMs + LEAST_SPACING_MS - this.#options.clock.monotonic();
    if (waitMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await this.#idle();
    }
    this.#wanted = false;
    if (!this.#stopped) await this.#work(["obs"]);
  }

  /** Waits until no snapshot is being taken; whoever waited may then begin one at once. */
  async #idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  /** Refreshes the named collectors and publishes what is then known. Never rejects. */
  #work(names: readonly CollectorName[]): Promise<void> {
    const work = async () => {
      await this.#refresh(names);
      this.#publish(() => this.#snapshot(this.#states()));
    };
    this.#working = work().finally(() => this.#working = null);
    return this.#working;
  }

  async #refresh(names: readonly CollectorName[]): Promise<void> {
    const refreshed = Promise.all(names.map((name) => this.#runners[name].refresh()));
    if (await settlesAtOnce(refreshed)) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, LONGEST_WAIT_MS));
    await Promise.race([refreshed, late]);
    clearTimeout(timer);
  }

  #states(): CollectorStates {
    const { obs, system, network, gpu } = this.#runners;
    return {
      obs: obs.state(),
      system: system.state(),
      network: network.state(),
      gpu: gpu.state(),
    };
  }

  #snapshot(states: CollectorStates): Telemetry {
    const figures = assemble(states);
    const health = this.#options.judge.judge({
      figures,
      collectors: {
        obs: states.obs.health,
        system: states.system.health,
        network: states.network.health,
        gpu: states.gpu.health,
      },
      notices: [...this.#options.notices(), ...this.#sinks.flatMap((sink) => sink.notices())],
    });
    return { ...this.#stamp(), ...figures, health };
  }

  /** The last snapshot: the sidecar no longer knows of OBS, nor what will become of the rest. */
  #farewell(): Telemetry {
    const { obs, ...others } = this.#states();
    const health = { ...obs.health, ok: false, error: "The sidecar was stopped." };
    const last = this.#snapshot({ ...others, obs: { value: null, health } });
    return { ...last, health: { ...last.health, overall: "unknown", alerts: [] } };
  }

  #stamp(): Pick<Telemetry, "version" | "timestamp" | "sequence" | "written_at_ms"> {
    const nowMs = Math.max(0, Math.round(this.#options.clock.now()));
    return {
      version: TELEMETRY_VERSION,
      timestamp: Math.floor(nowMs / 1000),
      sequence: this.#sequence + 1,
      written_at_ms: nowMs,
    };
  }

  /** Hands a snapshot to the sinks. Never throws: an error in the sidecar costs that one only. */
  #publish(make: () => Telemetry): void {
    try {
      const { telemetry, impossible } = validate(make());
      this.#tellImpossible(impossible);
      this.#sequence = telemetry.sequence;
      this.#publishedAtMs = this.#options.clock.monotonic();
      const snapshot: Snapshot = { telemetry, json: encode(telemetry) };
      for (const sink of this.#sinks) sink.write(snapshot);
    } catch (error) {
      this.#options.log.error("A snapshot was lost to an error in the sidecar.", error);
    }
  }

  /** Logged when other figures are concerned, not whenever a figure changes. */
  #tellImpossible(impossible: readonly Impossible[]): void {
    const paths = impossible.map(({ path }) => path).join();
    if (paths === this.#impossiblePaths) return;
    this.#impossiblePaths = paths;
    if (paths === "") return;
    this.#options.log.warn(`Figures left out as impossible: ${describeImpossible(impossible)}`);
  }
}

const encoder = new TextEncoder();

/** Compact JSON with figures to three decimals, which is more than any of them is worth. */
function encode(telemetry: Telemetry): Uint8Array {
  return encoder.encode(
    JSON.stringify(
      telemetry,
      (_, value: unknown) =>
        typeof value === "number" && !Number.isInteger(value)
          ? Math.round(value * 1000) / 1000
          : value,
    ),
  );
}
