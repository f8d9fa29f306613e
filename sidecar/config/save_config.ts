import {
  changedKeys,
  type Config,
  type ConfigChanges,
  defaultConfig,
} from "../../shared/config.ts";
import { LockBusyError, withFileLock } from "../files/file_lock.ts";
import { replaceFile } from "../files/replace_file.ts";
import { ConfigError } from "./config_error.ts";
import { type ConfigText, configVersion, decodeConfig, readConfigText } from "./config_text.ts";
import { editConfig } from "./edit_config.ts";
import { type ConfigProblem, parseConfig, type ParsedConfig } from "./parse_config.ts";
import { takeSettings } from "./take_settings.ts";
import { configTemplate } from "./template.ts";

/** What a save needs. */
export interface SaveConfigOptions {
  /** Version of the file that the changes were made for. */
  version: string;
  /** The lock's own file. */
  lock: string;
  /** The settings in force, which a new file gets where there is none. Default: the defaults. */
  inForce?: Config;
}

/** What was saved. */
export interface SavedConfig {
  config: Config;
  version: string;
  /** Settings that are now others: `engine.log_level`. */
  changed: readonly string[];
}

/** The settings of the file as it is now, for one who wants to change them. */
export interface ReadConfig extends ParsedConfig {
  version: string;
  /** Whether there is a file. */
  isThere: boolean;
}

/**
 * Reads config.toml to show or to change it. Where there is none it is as if the one that is
 * written at the first start were there, with the settings in force in it.
 * @throws ConfigError `failed` if it cannot be read
 */
export async function readConfig(
  path: string,
  { inForce = defaultConfig() }: { inForce?: Config } = {},
): Promise<ReadConfig> {
  const { text, version, isThere } = await currentText(path, inForce);
  return { ...parseConfig(text), version, isThere };
}

/**
 * Writes changes into config.toml. Comments, order and line ends stay; a setting that is so already
 * is not written, one that is set to null goes back to its default. All of it is saved or nothing.
 * @throws ConfigError, see there
 */
export async function saveConfig(
  path: string,
  changes: ConfigChanges,
  { version, lock, inForce = defaultConfig() }: SaveConfigOptions,
): Promise<SavedConfig> {
  try {
    return await withFileLock(lock, () => save(path, { changes, version, inForce }));
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      "failed",
      cause instanceof LockBusyError
        ? detail
        : `Cannot save ${path}: ${detail}. Check the disk's free space and the file's permissions.`,
      { cause },
    );
  }
}

async function save(
  path: string,
  { changes, version, inForce }: { changes: ConfigChanges; version: string; inForce: Config },
): Promise<SavedConfig> {
  const current = await currentText(path, inForce);
  checkVersion(current, { path, version });
  const { usable: before, errors } = parseConfig(current.text);
  if (before === null) throw damaged(path, errors);
  const after = structuredClone(before);
  const findings = takeSettings(after, changes);
  if (findings.length > 0) {
    const problems = findings.map(({ path, message }) => ({
      line: null,
      key: path.join("."),
      message,
    }));
    throw new ConfigError("invalid", `${messagesOf(problems)}. Nothing was saved.`, { problems });
  }
  const wrong = errors.flatMap(({ key }) => key ?? []);
  const text = editConfig(current.text, { changes, before, after, wrong });
  const written = parseConfig(text);
  if (written.usable !== null && written.errors.length > 0) throw damaged(path, written.errors);
  if (written.config === null || changedKeys(written.config, after).length > 0) {
    throw new ConfigError(
      "failed",
      `${path} is written in a way in which this change cannot be made. Make it in the file.`,
    );
  }
  const changed = changedKeys(before, after);
  if (text === current.text && current.isThere) return { config: after, version, changed };
  const bytes = new TextEncoder().encode(text);
  // An editor does not know of the lock: it may have saved in the meantime.
  checkVersion(await currentText(path, inForce), { path, version });
  await replaceFile(path, bytes, { keepsIdentity: true, isLocked: true });
  return { config: after, version: await configVersion(bytes), changed };
}

async function currentText(
  path: string,
  inForce: Config,
): Promise<ConfigText & { isThere: boolean }> {
  try {
    return { ...await readConfigText(path), isThere: true };
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      const text = editConfig(configTemplate(), {
        changes: inForce,
        before: defaultConfig(),
        after: inForce,
        wrong: [],
      });
      return { ...await decodeConfig(new TextEncoder().encode(text)), isThere: false };
    }
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError("failed", `Cannot read ${path}: ${detail}.`, { cause });
  }
}

function checkVersion(
  current: ConfigText,
  { path, version }: { path: string; version: string },
): void {
  if (current.version === version) return;
  throw new ConfigError(
    "conflict",
    `${path} was changed in the meantime. Nothing was saved: look at it anew and try again.`,
  );
}

/** The error that says what is wrong in the file itself. */
export function damaged(path: string, problems: readonly ConfigProblem[]): ConfigError {
  return new ConfigError(
    "damaged",
    `${path} has errors. Mend them first: ${messagesOf(problems)}. Nothing was saved.`,
    { problems },
  );
}

function messagesOf(problems: readonly ConfigProblem[]): string {
  return problems
    .map(({ line, message }) => line === null ? message : `line ${line}: ${message}`)
    .join("; ");
}
