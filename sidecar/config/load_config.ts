import { type Config, defaultConfig } from "../../shared/config.ts";
import { diskRemedy } from "../files/disk_remedy.ts";
import type { Log } from "../log/log.ts";
import { type ConfigText, configVersion, readConfigText } from "./config_text.ts";
import { describeProblem, parseConfig } from "./parse_config.ts";
import { configTemplate } from "./template.ts";

/** The settings as config.toml had them. */
export interface LoadedConfig {
  config: Config;
  /** The file that was read; both empty if none could be. */
  text: string;
  version: string;
}

/**
 * Reads config.toml, or writes it, for this user only, when there is none. What is wrong in it is
 * told in the log, and the defaults hold; the user's file is left alone.
 */
export async function openConfig(path: string, { log }: { log: Log }): Promise<LoadedConfig> {
  let file: ConfigText;
  try {
    file = await readConfigText(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return await writeTemplate(path, log);
    log.error(`Cannot read ${path}: ${messageOf(error)}. The defaults hold.`);
    return { config: defaultConfig(), text: "", version: "" };
  }
  const { config, errors, warnings } = parseConfig(file.text);
  for (const warning of warnings) log.warn(describeProblem(path, warning));
  for (const error of errors) log.error(describeProblem(path, error));
  if (config === null) log.error(`${path} has errors: the defaults hold until they are mended.`);
  return { config: config ?? defaultConfig(), ...file };
}

/** The settings alone, for a program that does not follow the file. */
export async function loadConfig(path: string, options: { log: Log }): Promise<Config> {
  return (await openConfig(path, options)).config;
}

async function writeTemplate(path: string, log: Log): Promise<LoadedConfig> {
  const config = defaultConfig();
  const text = configTemplate();
  const bytes = new TextEncoder().encode(text);
  try {
    await Deno.writeFile(path, bytes, { createNew: true, mode: 0o600 });
    return { config, text, version: await configVersion(bytes) };
  } catch (error) {
    // A part of it would pass for the user's own settings at the next start.
    if (!(error instanceof Deno.errors.AlreadyExists)) await Deno.remove(path).catch(() => {});
    const remedy = diskRemedy(error, { otherwise: "Mend the permissions of its folder." });
    log.warn(`Cannot write ${path}: ${messageOf(error)}. The defaults hold. ${remedy}`);
    return { config, text: "", version: "" };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
