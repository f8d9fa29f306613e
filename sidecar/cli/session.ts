/** What the commands that run a sidecar share. */
import { resolve } from "node:path";
import { loadConfig } from "../config/load_config.ts";
import { type DataDir, dataDirPath, openDataDir } from "../data_dir.ts";
import type { Environment } from "../environment.ts";
import { AlreadyRunningError, takeInstanceLock } from "../instance_lock.ts";
import { createLog, LOG_LEVELS, type LogLevel } from "../log.ts";
import { openLogFile } from "../log_file.ts";
import { Redactor } from "../redactor.ts";
import { startSidecar } from "../sidecar.ts";
import { VERSION } from "../version.ts";
import { EXIT, UsageError } from "./arguments.ts";

/** What the user chose on the command line; null where nothing. */
export interface RunOptions {
  dataDir: string | null;
  port: number | null;
  logLevel: LogLevel | null;
}

/** The data directory that the user wants. @throws if it cannot be told */
export function chosenDataDir(argument: string | null, { os, env }: Environment): string {
  return resolve(dataDirPath({ os, argument, env }));
}

/**
 * Runs a sidecar until the user ends it.
 * @returns the exit code
 */
export async function runSidecar(
  options: RunOptions,
  environment: Environment,
): Promise<number> {
  let dataDir: DataDir;
  try {
    dataDir = openDataDir(chosenDataDir(options.dataDir, environment));
  } catch (error) {
    environment.printError(error instanceof Error ? error.message : String(error));
    return EXIT.usage;
  }
  try {
    const lock = takeInstanceLock(dataDir.lock, { pid: environment.pid, startedAt: new Date() });
    try {
      await runLocked({ ...options, files: dataDir }, environment);
      return EXIT.ok;
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof AlreadyRunningError)) throw error;
    environment.printError(error.message);
    return EXIT.alreadyRunning;
  }
}

async function runLocked(
  { files, port, logLevel }: RunOptions & { files: DataDir },
  environment: Environment,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => environment.onStop(resolve));
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
  try {
    const config = await loadConfig(files.config, { log });
    configuredLevel = config.engine.log_level;
    if (port !== null) config.api.port = port;
    log.info(`OBS Telemetry Bridge ${VERSION}, data in ${files.root}.`);
    const sidecar = await startSidecar({ config, dataDir: files, environment, log, redactor });
    log.info(`The dock: run "deno task dock" for its URL. The overlay reads ${files.bridge}.`);
    await stopped;
    log.info("Stopping.");
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
