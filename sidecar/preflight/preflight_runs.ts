/** The runs of a sidecar: one at a time, kept when they have ended. */
import type { PreflightReport, PreflightRequest } from "../../shared/preflight.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import type { PreparedChecks } from "./prepare_checks.ts";
import type { UploadCapacity } from "./report_file.ts";

/** Least time between two reports of a run that are published. */
const PUBLISH_EVERY_MS = 250;

/** How often it is looked whether another program has kept a run: `deno task preflight` does. */
const LOOK_EVERY_MS = 30_000;

/** A run that was begun, or why it was not, for the user. */
export type PreflightStart =
  | { id: string }
  /** `busy` and `refused` for now, `unknown` for a platform that there is not. */
  | { problem: string; kind: "busy" | "refused" | "unknown" };

/** The checks before a stream, as others ask for them. */
export interface PreflightRuns {
  /** Begins a run; resolves when it has begun. */
  start(request: PreflightRequest): Promise<PreflightStart>;
  /** The run that is under way, else the last one; null before any. */
  latest(): Promise<PreflightReport | null>;
  /** The last runs that have ended, newest first. */
  runs(): Promise<readonly PreflightReport[]>;
  /** Stops the run that is under way; resolves when it has ended, with false if there is none. */
  stop(reason: string): Promise<boolean>;
}

/** The runs of a sidecar. */
export interface SidecarPreflight extends PreflightRuns {
  /** What the last bandwidth test found of the line; null without one. */
  capacity(): { mbps: number; ageS: number } | null;
  /** Stops what runs. */
  close(): Promise<void>;
}

/** What the runs need. What only a run needs is loaded with the first. */
export interface PreflightRunsOptions {
  /** Where the runs are kept. */
  path: string;
  /** Whether the checks are offered. */
  isEnabled(): boolean;
  hasPlatform(name: string): boolean;
  prepare(request: PreflightRequest): Promise<PreparedChecks>;
  /** Takes secrets that got into a report out of it: none should. */
  redact(report: PreflightReport): PreflightReport;
  publish(report: PreflightReport): void;
  /** Called when a run is over. */
  onEnded(): void;
  clock: Clock;
  log: Pick<Log, "info" | "warn" | "debug">;
}

/** Makes the runs. */
export function createPreflightRuns(options: PreflightRunsOptions): SidecarPreflight {
  return new Runs(options);
}

interface Running {
  stopping: AbortController;
  report: PreflightReport | null;
  /** Held so that no other program runs the checks meanwhile. */
  lock: Disposable | null;
  ended: Promise<void>;
}

class Runs implements SidecarPreflight {
  readonly #options: PreflightRunsOptions;
  #running: Running | null = null;
  /** The last one, in case that the file cannot be written. */
  #last: PreflightReport | null = null;
  #capacity: UploadCapacity | null = null;
  #seenMs = 0;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void>;

  constructor(options: PreflightRunsOptions) {
    this.#options = options;
    this.#looking = this.#look();
  }

  async start(request: PreflightRequest): Promise<PreflightStart> {
    const { isEnabled, hasPlatform, log } = this.#options;
    if (!isEnabled()) {
      const problem = "The checks are turned off: set [preflight] enabled = true in the settings.";
      return { kind: "refused", problem };
    }
    const unknown = request.platforms.find((name) => !hasPlatform(name));
    if (unknown !== undefined) {
      return { kind: "unknown", problem: `There is no platform "${unknown.slice(0, 64)}".` };
    }
    if (this.#running !== null || this.#closed) {
      return { kind: "busy", problem: "The checks are running. Wait until they have ended." };
    }
    const ended = Promise.withResolvers<void>();
    const running: Running = {
      stopping: new AbortController(),
      report: null,
      lock: null,
      ended: ended.promise,
    };
    // Taken before anything is awaited: a second start finds it.
    this.#running = running;
    let prepared: PreparedChecks;
    try {
      const { takeRunLock, RUNNING_ALREADY } = await import("./run_lock.ts");
      running.lock = await takeRunLock(this.#options.path);
      if (running.lock === null) {
        this.#end(running, ended.resolve);
        return { kind: "busy", problem: RUNNING_ALREADY };
      }
      prepared = await this.#options.prepare(request);
    } catch (error) {
      this.#end(running, ended.resolve);
      throw error;
    }
    if (prepared.refusal !== null) {
      this.#end(running, ended.resolve);
      const problem = `The bandwidth cannot be tested now: ${prepared.refusal}`;
      return { kind: "refused", problem };
    }
    const id = crypto.randomUUID();
    if (prepared.notice !== null) log.info(prepared.notice);
    const begun = Promise.withResolvers<void>();
    this.#run({ id, checks: prepared.checks, running, onBegin: begun.resolve })
      .catch((error) => log.warn("The checks before the stream failed", error))
      .finally(() => {
        this.#end(running, ended.resolve);
        this.#options.onEnded();
      });
    // Whoever asks from now on finds this run.
    await Promise.race([begun.promise, running.ended]);
    return { id };
  }

  async latest(): Promise<PreflightReport | null> {
    const report = this.#running?.report ?? this.#last;
    return report ?? (await this.runs())[0] ?? null;
  }

  async runs(): Promise<readonly PreflightReport[]> {
    const { readReports } = await import("./report_file.ts");
    return (await readReports(this.#options.path)).runs;
  }

  async stop(reason: string): Promise<boolean> {
    const running = this.#running;
    if (running === null) return false;
    running.stopping.abort(new Error(reason));
    await running.ended;
    return true;
  }

  capacity(): { mbps: number; ageS: number } | null {
    if (this.#capacity === null) return null;
    const { mbps, at } = this.#capacity;
    return { mbps, ageS: Math.max(0, Math.round((this.#options.clock.now() - at) / 1000)) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.stop("The sidecar stops.");
    await this.#looking;
  }

  #end(running: Running, resolve: () => void): void {
    running.lock?.[Symbol.dispose]();
    if (this.#running === running) this.#running = null;
    resolve();
  }

  async #run(
    { id, checks, running, onBegin }: {
      id: string;
      checks: PreparedChecks["checks"];
      running: Running;
      onBegin(): void;
    },
  ): Promise<void> {
    const { path, clock, redact, publish, log } = this.#options;
    const { runChecks } = await import("./run_checks.ts");
    const { addReport } = await import("./report_file.ts");
    const bounded = boundedRate(publish);
    const report = redact(
      await runChecks({
        ...{ id, checks, clock },
        signal: running.stopping.signal,
        onReport: (now) => {
          // The end is told when the run is kept: whoever hears of it finds it among the runs.
          if (now.finished_at !== null) return;
          running.report = redact(now);
          bounded.offer(running.report);
          onBegin();
        },
      }),
    );
    try {
      await addReport(path, report);
      await this.#readCapacity();
    } catch (error) {
      log.warn(`Cannot keep the report of the checks in ${path}`, error);
    }
    this.#last = report;
    running.report = report;
    bounded.end(report);
  }

  async #look(): Promise<void> {
    await this.#readCapacity();
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#looking = this.#look(), LOOK_EVERY_MS);
  }

  /** Reads the file if it is another than the last time. */
  async #readCapacity(): Promise<void> {
    const { path } = this.#options;
    try {
      const { mtime } = await Deno.stat(path);
      if (mtime?.getTime() === this.#seenMs) return;
      const { readReports } = await import("./report_file.ts");
      const { capacity, runs } = await readReports(path);
      this.#capacity = capacity;
      const [newest] = runs;
      if (newest !== undefined && newest.started_at > (this.#last?.started_at ?? 0)) {
        this.#last = newest;
      }
      this.#seenMs = mtime?.getTime() ?? 0;
    } catch {
      // There was no run yet.
    }
  }
}

/** Passes reports on, four a second at most; the last one always. */
function boundedRate(publish: (report: PreflightReport) => void) {
  let waiting: PreflightReport | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer = undefined;
    if (waiting === null) return;
    publish(waiting);
    waiting = null;
    timer = setTimeout(tell, PUBLISH_EVERY_MS);
  };
  return {
    offer(report: PreflightReport) {
      waiting = report;
      if (timer === undefined) tell();
    },
    end(report: PreflightReport) {
      clearTimeout(timer);
      publish(report);
    },
  };
}
