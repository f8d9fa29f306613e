import type { PreflightReport, PreflightRequest } from "../../shared/preflight.ts";
import type { Log } from "../log/log.ts";
import { createPreflightRuns, type SidecarPreflight } from "./preflight_runs.ts";
import type { PreparedChecks } from "./prepare_checks.ts";
import { redactedReport } from "./redacted_report.ts";
import type { SidecarChecksOptions } from "./sidecar_checks.ts";

/** Longest wait for OBS before the run at the start, and how often it is looked for. */
const WAIT_FOR_OBS_MS = 30_000;
const LOOK_MS = 250;

/** What the runs of a sidecar need. */
export interface SidecarPreflightOptions extends SidecarChecksOptions {
  /** Where the runs are kept. */
  path: string;
  publish(report: PreflightReport): void;
  /** Called when a run is over. */
  onEnded(): void;
  log: Log;
}

/** Makes a sidecar's runs: the checks themselves are loaded with the first. */
export function openSidecarPreflight(options: SidecarPreflightOptions): SidecarPreflight {
  const { path, config, publish, onEnded, redactor, clock, log } = options;
  let prepare: ((request: PreflightRequest) => Promise<PreparedChecks>) | null = null;
  return createPreflightRuns({
    ...{ path, publish, onEnded, clock, log },
    isEnabled: () => config().preflight.enabled,
    hasPlatform: (name) => Object.hasOwn(config().platforms, name),
    async prepare(request) {
      const { createSidecarChecks } = await import("./sidecar_checks.ts");
      prepare ??= createSidecarChecks(options);
      return await prepare(request);
    },
    redact: (report) => redactedReport(report, redactor),
  });
}

/** Runs the checks once at the start, when OBS has been found, or after 30 s without it. */
export async function autoRun(
  preflight: SidecarPreflight,
  { isFound, signal, log }: { isFound(): boolean; signal: AbortSignal; log: Log },
): Promise<void> {
  for (let waitedMs = 0; waitedMs < WAIT_FOR_OBS_MS && !isFound(); waitedMs += LOOK_MS) {
    if (signal.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  if (signal.aborted) return;
  const started = await preflight.start({ bandwidth: false, platforms: [], duration_s: null });
  if ("problem" in started) log.info(`The checks at the start were not run: ${started.problem}`);
}
