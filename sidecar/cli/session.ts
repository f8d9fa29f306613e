/** What the commands that run a sidecar share. */
import { resolve } from "node:path";
import type { Config } from "../../shared/config.ts";
import { openConfig } from "../config/load_config.ts";
import { watchConfig } from "../config/watch_config.ts";
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
    const loaded = await openConfig(files.config, { log });
    /** What the file says, but for what the command line says. */
    const effective = (config: Config): Config =>
      port === null ? config : { ...config, api: { ...config.api, port } };
    configuredLevel = loaded.config.engine.log_level;
    log.info(`OBS Telemetry Bridge ${VERSION}, data in ${files.root}.`);
    const sidecar = await startSidecar({
      config: effective(loaded.config),
      dataDir: files,
      environment,
      log,
      redactor,
    });
    const watch = watchConfig(files.config, {
      loaded,
      onChange(config) {
        configuredLevel = config.engine.log_level;
        sidecar.apply(effective(config)).catch((error) =>
          log.error("The new settings are not in force. Restart the sidecar.", error)
        );
      },
      log,
    });
    log.info(`The dock: run "deno task dock" for its URL. The overlay reads ${files.bridge}.`);
    await stopped;
    log.info("Stopping.");
    await watch.close();
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
