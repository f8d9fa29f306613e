import { fileURLToPath } from "node:url";
import { type Config, defaultConfig } from "../../shared/config.ts";
import { dockUrl } from "../../shared/dock_url.ts";
import { openToken } from "../api/token.ts";
import { packageLauncher } from "../autostart/start_command.ts";
import { cannotRun } from "../cannot_run_error.ts";
import { loadConfig } from "../config/load_config.ts";
import type { DataDir } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { createLog } from "../log/log.ts";
import { exists, readText } from "./look.ts";
import type { OverlayPaths } from "./script_change.ts";

/** What setup puts into OBS. */
export interface WhatToAdd {
  /** The dock's address, with the API's token. */
  url: string;
  overlay: OverlayPaths;
  /** The program that the script can start with OBS: a package's launcher; null if there is none. */
  launcher: string | null;
}

/**
 * Finds out what is to be put into OBS; makes the API's token if there is none, unless `isDryRun`.
 * @param options.port the sidecar's port if the user gave one; else config.toml tells
 * @throws CannotRunError if the script is missing, or the token can be neither read nor written
 */
export async function whatToAdd(
  { port, isDryRun }: { port: number | null; isDryRun: boolean },
  { environment, files }: { environment: Environment; files: DataDir },
): Promise<WhatToAdd> {
  const script = fileURLToPath(new URL("../../lua/obs_telemetry.lua", environment.dist));
  try {
    await Deno.stat(script);
  } catch (cause) {
    throw cannotRun(`Cannot find the overlay's script ${script}`, {
      cause,
      remedy: "Put the whole program back in its place.",
    });
  }
  const config = await settings(files, { environment, isDryRun });
  const token = isDryRun
    ? await tokenOrStandIn(files.token)
    : (await openToken(files.token)).value();
  const launcher = packageLauncher({ os: environment.os, dist: fileURLToPath(environment.dist) });
  return {
    url: dockUrl(port ?? config.api.port, token),
    // OBS writes paths with slashes on Windows too.
    overlay: {
      script: withSlashes(script, environment),
      bridge: withSlashes(files.bridge, environment),
    },
    launcher: await exists(launcher) ? launcher : null,
  };
}

function withSlashes(path: string, { os }: Environment): string {
  return os === "windows" ? path.replaceAll("\\", "/") : path;
}

/** A dry run writes nothing, not even a first config.toml. */
async function settings(
  files: DataDir,
  { environment, isDryRun }: { environment: Environment; isDryRun: boolean },
): Promise<Config> {
  if (isDryRun && !await exists(files.config)) return defaultConfig();
  const log = createLog({
    level: () => "warn",
    writers: [(line) => environment.printError(line)],
    redact: (line) => line,
    now: Date.now,
  });
  return await loadConfig(files.config, { log });
}

/** Where no token is yet, one that no dock has. */
async function tokenOrStandIn(path: string): Promise<string> {
  const text = await readText(path) ?? "";
  return text.trimEnd() || "-".repeat(43);
}
