import { join } from "node:path";
import { cannotRun, CannotRunError } from "../cannot_run_error.ts";
import { diskRemedy, isDiskFull } from "../files/disk_remedy.ts";

/** Where the sidecar keeps its files. */
export interface DataDir {
  readonly root: string;
  readonly config: string;
  readonly configLock: string;
  readonly bridge: string;
  readonly token: string;
  readonly lock: string;
  /** Its appearance asks the sidecar to end. */
  readonly stopRequest: string;
  readonly log: string;
  /** Which streamer's machine this is. */
  readonly instanceId: string;
  /** What is remembered: figures, sessions, alerts. */
  readonly history: string;
  /** Reports of the checks before a stream. */
  readonly preflight: string;
  /** What the last look for a newer version found. */
  readonly updates: string;
}

/** What decides where the data directory is. */
export interface DataDirPlaces {
  os: typeof Deno.build.os;
  /** `--data-dir`, or null. */
  argument: string | null;
  env(name: string): string | undefined;
}

/**
 * The data directory: `--data-dir`, else `OBS_TELEMETRY_DATA_DIR`, else the platform's place for
 * settings.
 * @throws CannotRunError if none of these is known
 */
export function dataDirPath({ os, argument, env }: DataDirPlaces): string {
  const chosen = argument ?? (env("OBS_TELEMETRY_DATA_DIR") || null);
  if (chosen !== null) return chosen;
  const base = os === "windows"
    ? env("APPDATA")
    : os === "darwin"
    ? under(env("HOME"), "Library/Application Support")
    : env("XDG_CONFIG_HOME") || under(env("HOME"), ".config");
  if (!base) {
    throw new CannotRunError(
      "Cannot tell where to keep data: the user's home folder is unknown. Give --data-dir DIR.",
    );
  }
  if (os === "windows") return `${base}\\OBSTelemetryBridge`;
  return `${base}/${os === "darwin" ? "OBSTelemetryBridge" : "obs-telemetry-bridge"}`;
}

/** The files of a data directory. */
export function dataDirFiles(root: string): DataDir {
  return {
    root,
    config: join(root, "config.toml"),
    configLock: join(root, "config.lock"),
    bridge: join(root, "bridge.json"),
    token: join(root, "api-token"),
    lock: join(root, "sidecar.lock"),
    stopRequest: join(root, "sidecar.stop"),
    log: join(root, "logs", "sidecar.log"),
    instanceId: join(root, "instance-id"),
    history: join(root, "history.db"),
    preflight: join(root, "preflight.json"),
    updates: join(root, "updates.json"),
  };
}

/**
 * Creates the data directory, for this user only. One that is there is taken though its disk is
 * full: what cannot be written now is tried again.
 * @throws CannotRunError if it cannot be created or written to; the message says what to do
 */
export function openDataDir(path: string): DataDir {
  const files = dataDirFiles(path);
  try {
    Deno.mkdirSync(`${path}/logs`, { recursive: true, mode: 0o700 });
    // Each program has its own: several may start at once.
    const probe = `${path}/.write-test-${crypto.randomUUID()}`;
    Deno.writeFileSync(probe, new Uint8Array());
    Deno.removeSync(probe);
  } catch (cause) {
    if (isDiskFull(cause) && isFolder(path)) return files;
    throw cannotRun(`Cannot write to the data directory ${path}`, {
      cause,
      remedy: diskRemedy(cause, {
        otherwise: "Mend its permissions, or give another one with --data-dir DIR.",
      }),
    });
  }
  return files;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function under(home: string | undefined, path: string): string | undefined {
  return home ? `${home}/${path}` : undefined;
}
