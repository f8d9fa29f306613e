import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { PreflightReport } from "../../../shared/preflight.ts";
import { type Api, ApiError } from "../../api.ts";
import { errorText } from "../error_text.ts";
import type { Link } from "../link.ts";
import { type BandwidthTarget, bandwidthTargets } from "./bandwidth_targets.ts";

/** What the checks before a stream need. */
export interface PreflightOptions {
  api: Pick<
    Api,
    "preflight" | "preflightRuns" | "startPreflight" | "stopPreflight" | "readConfig"
  >;
  link: Pick<Link, "preflight" | "config">;
}

/** What a bandwidth test will do, to be confirmed before it starts. */
export interface BandwidthQuestion {
  targets: BandwidthTarget[];
  /** Seconds for each platform. */
  durationS: number;
}

/** The checks before a stream: the report, how it came, and what the user can do. */
export interface Preflight {
  /** Whether it is known if there is a report. */
  isLoaded: ReadonlySignal<boolean>;
  /** The latest report, as it changes; null before any. */
  report: ReadonlySignal<PreflightReport | null>;
  /** Whether the sidecar that runs now knows nothing of `report`: one before it made it. */
  isOrphan: ReadonlySignal<boolean>;
  /** The last runs, newest first; `report` may be one of them. */
  runs: ReadonlySignal<readonly PreflightReport[]>;
  /** Why what was asked for was not done; null else. */
  problem: ReadonlySignal<string | null>;
  /** Whether an answer is waited for. */
  isAsking: ReadonlySignal<boolean>;
  /** What the page asks before a bandwidth test; null while it asks nothing. */
  question: ReadonlySignal<BandwidthQuestion | null>;
  /** Starts the checks, without the bandwidth test. */
  run(): Promise<void>;
  /** Asks whether to send what a bandwidth test sends. */
  askBandwidth(): Promise<void>;
  /** Starts the checks with the bandwidth test that was asked about. */
  runBandwidth(): Promise<void>;
  /** Does not start it after all. */
  forgetBandwidth(): void;
  /** Stops the checks that run. */
  stop(): Promise<void>;
  /** Reads the report now and whenever the sidecar is back; returns what ends that. */
  open(): () => void;
}

class PreflightModel implements Preflight {
  readonly isLoaded: Signal<boolean> = signal(false);
  readonly report: Signal<PreflightReport | null> = signal(null);
  readonly isOrphan: Signal<boolean> = signal(false);
  readonly runs: Signal<readonly PreflightReport[]> = signal([]);
  readonly problem: Signal<string | null> = signal(null);
  readonly isAsking: Signal<boolean> = signal(false);
  readonly question: Signal<BandwidthQuestion | null> = signal(null);
  readonly #options: PreflightOptions;
  #isOpen = false;

  constructor(options: PreflightOptions) {
    this.#options = options;
    effect(() => {
      const report = options.link.preflight.value;
      if (report !== null) untracked(() => this.#take(report));
    });
  }

  run(): Promise<void> {
    return this.#ask(() => this.#options.api.startPreflight(false));
  }

  askBandwidth(): Promise<void> {
    return this.#ask(async () => {
      const { document } = await this.#options.api.readConfig();
      this.question.value = {
        targets: bandwidthTargets(document.platforms),
        durationS: document.preflight.bandwidth_test_duration,
      };
    });
  }

  runBandwidth(): Promise<void> {
    this.question.value = null;
    return this.#ask(() => this.#options.api.startPreflight(true));
  }

  forgetBandwidth(): void {
    this.question.value = null;
  }

  stop(): Promise<void> {
    return this.#ask(() => this.#options.api.stopPreflight());
  }

  open(): () => void {
    this.#isOpen = true;
    this.problem.value = null;
    // The first event of every stream, and so of every sidecar, tells of its settings.
    const end = effect(() => {
      if (this.#options.link.config.value !== null) untracked(() => this.#read());
    });
    return () => {
      this.#isOpen = false;
      this.question.value = null;
      end();
    };
  }

  #take(report: PreflightReport): void {
    const wasRunning = this.report.peek()?.finished_at === null;
    this.report.value = report;
    this.isOrphan.value = false;
    this.isLoaded.value = true;
    if (report.finished_at === null) this.problem.value = null;
    else if (wasRunning && this.#isOpen) this.#readRuns();
  }

  async #read(): Promise<void> {
    const { api, link } = this.#options;
    const before = link.preflight.peek();
    try {
      const report = await api.preflight();
      // What the live stream told in the meantime is newer.
      if (link.preflight.peek() === before) this.#take(report);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        if (link.preflight.peek() === before) this.isOrphan.value = this.report.peek() !== null;
      } else this.problem.value = errorText(error);
    }
    this.isLoaded.value = true;
    await this.#readRuns();
  }

  async #readRuns(): Promise<void> {
    // Without the list the page lacks nothing that somebody needs now.
    this.runs.value = await this.#options.api.preflightRuns().catch(() => this.runs.peek());
  }

  async #ask(ask: () => Promise<void>): Promise<void> {
    if (this.isAsking.peek()) return;
    this.isAsking.value = true;
    this.problem.value = null;
    try {
      await ask();
    } catch (error) {
      this.problem.value = errorText(error);
    } finally {
      this.isAsking.value = false;
    }
  }
}

/** Makes the model of the checks before a stream. */
export function createPreflight(options: PreflightOptions): Preflight {
  return new PreflightModel(options);
}
