import { CONFIG_FIELDS } from "../../shared/config_fields.ts";
import type { PreflightReport } from "../../shared/preflight.ts";
import { CannotRunError } from "../cannot_run_error.ts";
import { describeProblem } from "../config/parse_config.ts";
import { readConfig } from "../config/save_config.ts";
import { openDataDir } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { unknownPlatforms } from "../preflight/platform_targets.ts";
import type { PreparedChecks } from "../preflight/prepare_checks.ts";
import { addReport } from "../preflight/report_file.ts";
import { runChecks } from "../preflight/run_checks.ts";
import { RUNNING_ALREADY, takeRunLock } from "../preflight/run_lock.ts";
import { systemClock } from "../time/clock.ts";
import { EXIT, type Flags, textFlag, textsFlag, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { openPreflight } from "./open_preflight.ts";
import { endedLine, liveLines, reportLines } from "./preflight_lines.ts";
import { chosenDataDir } from "./session.ts";
import type { LineStyle } from "./text_lines.ts";

/** How often a terminal is drawn anew at most. */
const REDRAW_MS = 100;

/** Widest text that reads well. */
const MAX_WIDTH = 110;

const { bandwidth_test_duration: DURATION } = CONFIG_FIELDS.preflight;

const HELP = `Usage: deno task preflight [options]

Will this work tonight? Checks OBS, each platform that is set up, this PC and the metrics backend,
and says what to do about each thing that is wrong. Nothing is shown to viewers: a stream key is
tried on Twitch in its test mode only, on YouTube and a server of your own only if it is marked with
test_key, and nowhere else. Without a platform in config.toml, the server is checked that OBS itself
is set to.

  --bandwidth         measure the upload too: publishes black and silence, first to one platform
                      after another, then to all at once; never while OBS streams
  --duration S        seconds of the bandwidth test (default: [preflight] bandwidth_test_duration)
  --force             measure although OBS is not reachable and so may be streaming
  --platform P        only this platform of config.toml; may be given several times
  --json              print the report as one JSON document, and nothing else
  --data-dir DIR      the sidecar's data directory, if it is given one
  --help              print this
  --version           print the version

Exit codes: 0 go, 1 no-go, 2 could not run, or was stopped.`;

/** What the command prints to; tests give their own. */
export interface PreflightTerminal {
  /** Its size if lines can be drawn anew, else null. */
  size(): { columns: number; rows: number } | null;
  /** Prints text as it is. */
  write(text: string): void;
}

/** Makes the command. */
function createPreflightCommand(terminal: PreflightTerminal): Command {
  return {
    name: "preflight",
    help: HELP,
    flags: {
      bandwidth: "boolean",
      duration: "string",
      force: "boolean",
      platform: "strings",
      json: "boolean",
      "data-dir": "string",
    },
    run: (flags, environment) => run(flags, { environment, terminal }),
  };
}

/** `deno task preflight`: the checks before a stream. */
export const preflight = createPreflightCommand({
  size() {
    if (!Deno.stdout.isTerminal()) return null;
    const { columns, rows } = Deno.consoleSize();
    // Some terminals do not tell.
    return columns > 0 && rows > 0 ? { columns, rows } : { columns: 80, rows: 24 };
  },
  write: (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
});

async function run(
  flags: Flags,
  { environment, terminal }: { environment: Environment; terminal: PreflightTerminal },
): Promise<number> {
  const request = {
    bandwidth: flags["bandwidth"] === true,
    platforms: [...textsFlag(flags, "platform")],
    duration_s: durationFlag(flags),
    force: flags["force"] === true,
  };
  if (!request.bandwidth && (request.duration_s !== null || request.force)) {
    throw new UsageError("--duration and --force are about --bandwidth: give that too.");
  }
  const dataDir = openDataDir(chosenDataDir(textFlag(flags, "data-dir"), environment));
  const config = await checkedConfig(dataDir.config);
  const unknown = unknownPlatforms(request.platforms, config.platforms)[0];
  if (unknown !== undefined) {
    throw new UsageError(
      `config.toml has no [platforms.${unknown}]. It has ` +
        `${Object.keys(config.platforms).join(", ")}.`,
    );
  }
  using lock = await takeRunLock(dataDir.preflight);
  if (lock === null) throw new CannotRunError(RUNNING_ALREADY);
  const stopping = new AbortController();
  environment.onStop(() => stopping.abort(new Error("You stopped it.")));
  const opened = openPreflight({ config, dataDir, environment });
  try {
    const prepared = await opened.prepare(request);
    if (prepared.refusal !== null) {
      throw new CannotRunError(
        `The bandwidth cannot be tested now: ${prepared.refusal}${
          /not reachable|not tell/.test(prepared.refusal)
            ? " Start OBS, or give --force if you are sure that nothing streams."
            : ""
        }`,
      );
    }
    const report = await show(prepared, {
      terminal,
      environment,
      json: flags["json"] === true,
      signal: stopping.signal,
      redact: opened.redact,
    });
    await addReport(dataDir.preflight, report).catch((error) =>
      environment.printError(`The report could not be kept: ${messageOf(error)}`)
    );
    if (report.stopped !== null) return EXIT.cannotRun;
    return report.verdict === "go" ? EXIT.ok : EXIT.failed;
  } finally {
    await opened.close();
  }
}

interface ShowOptions {
  terminal: PreflightTerminal;
  environment: Environment;
  json: boolean;
  signal: AbortSignal;
  redact(report: PreflightReport): PreflightReport;
}

/** Runs the checks and shows how they stand, then what they found. */
async function show(
  { checks, notice }: PreparedChecks,
  { terminal, environment, json, signal, redact }: ShowOptions,
): Promise<PreflightReport> {
  const { print, printError, env } = environment;
  const size = json ? null : terminal.size();
  const style: LineStyle = {
    colours: size !== null && !env("NO_COLOR"),
    width: Math.min(MAX_WIDTH, size?.columns ?? MAX_WIDTH),
  };
  if (notice !== null) (json ? printError : print)(notice);
  const screen = size === null ? null : createScreen(terminal, style);
  const told = new Set<string>();
  const report = redact(
    await runChecks({
      id: crypto.randomUUID(),
      checks,
      clock: systemClock,
      signal,
      onReport(now) {
        const safe = redact(now);
        screen?.draw(safe);
        if (screen !== null || json) return;
        for (const check of safe.checks) {
          if (check.duration_ms === null || told.has(check.id)) continue;
          told.add(check.id);
          print(endedLine(check));
        }
      },
    }),
  );
  screen?.clear();
  if (json) print(JSON.stringify(report, null, 2));
  else for (const line of ["", ...reportLines(report, style)]) print(line);
  return report;
}

/** Lines that are drawn over the last ones (ECMA-48: CPL, ED); as many as fit on the screen. */
function createScreen(terminal: PreflightTerminal, style: LineStyle) {
  let drawn = 0;
  let drawnAtMs = -Infinity;
  const up = () => drawn === 0 ? "" : `\x1b[${drawn}F\x1b[J`;
  return {
    draw(report: PreflightReport) {
      if (performance.now() - drawnAtMs < REDRAW_MS) return;
      drawnAtMs = performance.now();
      // Asked each time: what has scrolled out of a window that became smaller cannot be drawn over.
      const { rows, columns } = terminal.size() ?? { rows: 1, columns: style.width };
      const width = Math.min(style.width, columns);
      const lines = liveLines(report, { ...style, width }).slice(0, Math.max(0, rows - 1));
      terminal.write(`${up()}${lines.map((line) => `${line}\n`).join("")}`);
      drawn = lines.length;
    },
    clear() {
      terminal.write(up());
      drawn = 0;
    },
  };
}

async function checkedConfig(path: string) {
  const { config, errors } = await readConfig(path).catch((cause) => {
    throw new CannotRunError(messageOf(cause), { cause });
  });
  if (config === null) {
    throw new CannotRunError(errors.map((error) => describeProblem(path, error)).join("\n"));
  }
  if (!config.preflight.enabled) {
    throw new CannotRunError(
      "The checks are turned off: set [preflight] enabled = true in config.toml.",
    );
  }
  return config;
}

function durationFlag(flags: Flags): number | null {
  const text = textFlag(flags, "duration");
  if (text === null) return null;
  const seconds = Number(text);
  if (!/^\d{1,4}$/.test(text) || !DURATION.accepts(seconds)) {
    throw new UsageError(`--duration must be ${DURATION.allowed}, is "${text}".`);
  }
  return seconds;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
