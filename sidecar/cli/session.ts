/** What the commands that run a sidecar share. */
import { resolve } from "node:path";
import type { Config } from "../../shared/config.ts";
import { openSettings } from "../config/settings_file.ts";
import { type DataDir, dataDirPath, openDataDir } from "../data_dir/data_dir.ts";
import { takeInstanceLock } from "../data_dir/instance_lock.ts";
import { followStopRequest } from "../data_dir/stop_request.ts";
import type { Environment } from "../environment.ts";
import { createLog, LOG_LEVELS, type LogLevel } from "../log/log.ts";
import { openLogFile } from "../log/log_file.ts";
import { Redactor } from "../log/redactor.ts";
import { startSidecar } from "../sidecar.ts";
import { createHeartbeat } from "../time/heartbeat.ts";
import { VERSION } from "../version.ts";
import { EXIT, UsageError } from "./arguments.ts";

/** What the user chose on the command line; null where nothing. */
export interface RunOptions {
  dataDir: string | null;
  port: number | null;
  logLevel: LogLevel | null;
}

/**
 * The data directory that the user wants, as a whole path. A relative one counts from where the
 * user typed the command: `deno task` goes to the repository's folder and tells in `INIT_CWD`
 * where it came from.
 * @throws CannotRunError if it cannot be told
 */
export function chosenDataDir(
  argument: string | null,
  { os, env }: Pick<Environment, "os" | "env">,
): string {
  return resolve(env("INIT_CWD") ?? "", dataDirPath({ os, argument, env }));
}

/** What prints the dock's URL of a sidecar that was started with these options. */
function dockCommand(
  { dataDir, port }: Pick<RunOptions, "dataDir" | "port">,
  { os }: Pick<Environment, "os">,
): string {
  const flags = [
    ...dataDir === null ? [] : ["--data-dir", quoted(dataDir, os)],
    ...port === null ? [] : ["--port", String(port)],
  ];
  return ["deno task dock", ...flags].join(" ");
}

function quoted(path: string, os: Environment["os"]): string {
  if (/^[\w./:\\-]+$/.test(path)) return path;
  return os === "windows" ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
}

/**
 * Runs a sidecar until the user ends it.
 * @returns the exit code
 * @throws AlreadyRunningError or CannotRunError if it cannot; the message says what to do
 */
export async function runSidecar(
  options: RunOptions,
  environment: Environment,
): Promise<number> {
  const files = openDataDir(chosenDataDir(options.dataDir, environment));
  const lock = takeInstanceLock(files.lock, {
    version: VERSION,
    pid: environment.pid,
    startedAt: new Date(),
  });
  try {
    await runLocked({ ...options, files }, environment);
    return EXIT.ok;
  } finally {
    lock.release();
  }
}

async function runLocked(
  { files, dataDir, port, logLevel }: RunOptions & { files: DataDir },
  environment: Environment,
): Promise<void> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  environment.onStop(stop);
  const redactor = new Redactor();
  const chosenLevel = logLevel ?? environmentLevel(environment);
  let configuredLevel: LogLevel = "info";
  const logFile = openLogFile(files.log);
  const log = createLog({
    level: () => chosenLevel ?? configuredLevel,
    writers: [logFile.write, (line) => environment.printError(line)],
    redact: (line) => redactor.redact(line),
    now: Date.now,
  });
  using heartbeat = createHeartbeat({ log });
  using _request = followStopRequest(files.stopRequest, { onRequest: stop, heartbeat });
  try {
    const settings = await openSettings({
      path: files.config,
      lock: files.configLock,
      heartbeat,
      log,
    });
    /** What the file says, but for what the command line says. */
    const effective = (config: Config): Config =>
      port === null ? config : { ...config, api: { ...config.api, port } };
    configuredLevel = settings.config.engine.log_level;
    if (logFile.problem !== null) log.warn(logFile.problem);
    log.info(`OBS Telemetry Bridge ${VERSION}, data in ${files.root}.`);
    const sidecar = await startSidecar({
      config: effective(settings.config),
      settings,
      dataDir: files,
      environment,
      heartbeat,
      log,
      logFile,
      redactor,
    });
    settings.follow((config) => {
      configuredLevel = config.engine.log_level;
      return sidecar.apply(effective(config));
    });
    if (sidecar.api.state().listening) {
      const command = dockCommand(
        { dataDir: dataDir === null ? null : files.root, port },
        environment,
      );
      log.info(`The dock: run "${command}" for its URL.`);
    }
    log.info(`The overlay reads ${files.bridge}.`);
    await stopped;
    log.info("Stopping.");
    await settings.close();
    await sidecar.stop();
  } finally {
    logFile.close();
  }
}

/** `OBS_TELEMETRY_LOG`; null if it is not set. @throws UsageError if it is no level */
function environmentLevel({ env }: Environment): LogLevel | null {
  const value = env("OBS_TELEMETRY_LOG");
  if (!value) return null;
  const level = LOG_LEVELS.find((candidate) => candidate === value);
  if (level === undefined) {
    throw new UsageError(
      `OBS_TELEMETRY_LOG must be one of ${LOG_LEVELS.join(", ")}, is "${value}".`,
    );
  }
  return level;
}
