import { type Config, defaultConfig } from "../../shared/config.ts";
import type { Log } from "../log.ts";
import { describeProblem, parseConfig } from "./parse_config.ts";
import { configTemplate } from "./template.ts";

/**
 * Reads config.toml, or writes it, for this user only, when there is none. What is wrong in it is told in the log, and
 * the defaults hold; the user's file is left alone.
 */
export async function loadConfig(path: string, { log }: { log: Log }): Promise<Config> {
  let toml: string;
  try {
    toml = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) await writeTemplate(path, log);
    else log.error(`Cannot read ${path}: ${messageOf(error)}. The defaults hold.`);
    return defaultConfig();
  }
  const { config, errors, warnings } = parseConfig(toml);
  for (const warning of warnings) log.warn(describeProblem(path, warning));
  for (const error of errors) log.error(describeProblem(path, error));
  if (config === null) {
    log.error(`${path} has errors: the defaults hold. Mend them and start the sidecar again.`);
  }
  return config ?? defaultConfig();
}

async function writeTemplate(path: string, log: Log): Promise<void> {
  try {
    await Deno.writeTextFile(path, configTemplate(), { createNew: true, mode: 0o600 });
  } catch (error) {
    log.warn(`Cannot write ${path}: ${messageOf(error)}. The defaults hold.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
