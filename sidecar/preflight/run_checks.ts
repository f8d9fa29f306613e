import {
  type CheckReport,
  type Finding,
  type PreflightReport,
  worstStatus,
} from "../../shared/preflight.ts";
import { cleanText } from "../../shared/text.ts";
import type { Clock } from "../time/clock.ts";
import { type Check, fail, skipped } from "./check.ts";

/** How long checks that are told to end have for it: what publishes says farewell in 200 ms. */
const FAREWELL_MS = 500;

/** Longest message of an error that is shown. */
const MAX_MESSAGE_LENGTH = 300;

/** What a run needs. */
export interface RunChecksOptions {
  id: string;
  /** In the order in which they are shown. */
  checks: readonly Check[];
  clock: Clock;
  /** Stops the run; the reason's message is told. */
  signal: AbortSignal;
  /** Takes the report whenever it has changed; it is not changed afterwards. */
  onReport(report: PreflightReport): void;
}

/**
 * Runs checks: all side by side, but for those of the bandwidth, which come one after another when
 * the others have ended. A check that throws, or that does not end in its deadline, has failed (or is
 * skipped, if it says so), and the run goes on. Never throws.
 */
export async function runChecks(options: RunChecksOptions): Promise<PreflightReport> {
  return await new Run(options).run();
}

class Run {
  readonly #options: RunChecksOptions;
  #report: PreflightReport;

  constructor(options: RunChecksOptions) {
    this.#options = options;
    const { id, checks, clock } = options;
    this.#report = {
      version: 1,
      id,
      started_at: clock.now(),
      finished_at: null,
      verdict: null,
      stopped: null,
      checks: checks.map(({ id, name, group, platform }) => ({
        ...{ id, name, group, platform, status: "waiting", progress: null },
        ...{ duration_ms: null, findings: [] },
      })),
      bandwidth: [],
    };
  }

  async run(): Promise<PreflightReport> {
    const { checks, signal } = this.#options;
    this.#options.onReport(this.#report);
    const numbered = checks.map((check, index) => ({ check, index }));
    const together = numbered.filter(({ check }) => check.group !== "bandwidth");
    await Promise.all(together.map((each) => this.#runOne(each)));
    for (const each of numbered) {
      if (each.check.group === "bandwidth") await this.#runOne(each);
    }
    const stopped = signal.aborted ? messageOf(signal.reason) : null;
    const failed = this.#report.checks.some(({ status }) => status === "fail");
    this.#change({
      finished_at: this.#options.clock.now(),
      stopped,
      verdict: stopped !== null ? null : failed ? "no-go" : "go",
    });
    return this.#report;
  }

  async #runOne({ check, index }: { check: Check; index: number }): Promise<void> {
    const { clock, signal } = this.#options;
    const begin = clock.monotonic();
    if (!signal.aborted) this.#changeCheck(index, { status: "running" });
    const findings = signal.aborted ? [stoppedBefore()] : await this.#findingsOf(check, index);
    this.#changeCheck(index, {
      status: worstStatus(findings),
      progress: null,
      duration_ms: Math.round(clock.monotonic() - begin),
      findings,
    });
  }

  /** The check's findings, or what its end before them means. */
  async #findingsOf(check: Check, index: number): Promise<Finding[]> {
    const { signal } = this.#options;
    const ending = new AbortController();
    const ended = Promise.withResolvers<Finding[]>();
    let over = false;
    let farewell: ReturnType<typeof setTimeout> | undefined;
    /** What was found by then counts nothing: it was told to end. */
    const end = (finding: Finding) => {
      ending.abort(new Error(finding.seen));
      running.then(() => ended.resolve([finding]));
      farewell ??= setTimeout(() => ended.resolve([finding]), FAREWELL_MS);
    };
    const running = Promise.try(() =>
      check.run({
        signal: ending.signal,
        progress: (text) => {
          if (!over) this.#changeCheck(index, { progress: cleanText(text, 120) });
        },
        measured: (result) => {
          if (!over) this.#change({ bandwidth: [...this.#report.bandwidth, result] });
        },
      })
    ).catch((error) => [thrown(error)]);
    const deadline = setTimeout(() => end(late(check)), check.deadlineMs);
    const stop = () => end(stoppedBefore());
    signal.addEventListener("abort", stop);
    try {
      const first = await Promise.race([running, ended.promise]);
      return ending.signal.aborted ? await ended.promise : first;
    } finally {
      over = true;
      clearTimeout(deadline);
      clearTimeout(farewell);
      signal.removeEventListener("abort", stop);
    }
  }

  #changeCheck(index: number, change: Partial<CheckReport>): void {
    const checks = this.#report.checks.map((check, at) =>
      at === index ? { ...check, ...change } : check
    );
    this.#change({ checks });
  }

  #change(change: Partial<PreflightReport>): void {
    this.#report = { ...this.#report, ...change };
    this.#options.onReport(this.#report);
  }
}

function late({ deadlineMs, lateStatus = "fail" }: Check): Finding {
  const seen = `This did not end within ${Math.round(deadlineMs / 1000)} s.`;
  if (lateStatus === "skipped") return skipped(seen);
  return fail(seen, {
    remedy:
      "Run the checks again. If it stays so, restart OBS and look at the internet connection.",
  });
}

function thrown(error: unknown): Finding {
  return fail(`This could not be looked at: ${messageOf(error)}`, {
    remedy:
      "Run the checks again. If it stays so, it is a fault of this program: please report it.",
  });
}

function stoppedBefore(): Finding {
  return skipped("The run was stopped before this was known.");
}

function messageOf(error: unknown): string {
  return cleanText(error instanceof Error ? error.message : String(error), MAX_MESSAGE_LENGTH);
}
