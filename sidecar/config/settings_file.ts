import { type Config, type ConfigChanges } from "../../shared/config.ts";
import { followFile } from "../files/follow_file.ts";
import type { Log } from "../log/log.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";
import type { Heartbeat } from "../time/heartbeat.ts";
import { ConfigError } from "./config_error.ts";
import { type LoadedConfig, openConfig } from "./load_config.ts";
import type { SavedConfig } from "./save_config.ts";
import { type ConfigWatch, watchConfig } from "./watch_config.ts";

/** The settings as config.toml has them; what the command line says instead is not among them. */
export interface Settings {
  /** The last good ones: those in force. */
  readonly config: Config;
  /** Version of the file that they came from; empty if it could not be read so far. */
  readonly version: string;
  /**
   * Writes changes into the file, all of them or none. Resolves when they are in force.
   * @param options.isFor whether the changes were made for this version of the file
   * @throws ConfigError, see there
   */
  save(
    changes: ConfigChanges,
    options: { isFor(version: string): boolean },
  ): Promise<SavedConfig>;
}

/** config.toml of a running sidecar. */
export interface SettingsFile extends Settings {
  /**
   * Calls `apply` with each new version's settings, one after another, from now on. What it cannot
   * apply is logged.
   */
  follow(apply: (config: Config) => Promise<void>): void;
  /** Ends following; resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** Where the file is, and what is told of it. */
export interface SettingsFileOptions {
  path: string;
  /** The lock's own file, for writers. */
  lock: string;
  /** When it is looked at. */
  heartbeat: Heartbeat;
  log: Log;
}

/** How long a save waits for an editor that is still writing the file. */
const SETTLE_DEADLINE_MS = 5000;

/** How often a save is tried whose file somebody else changes at the same moment. */
const ATTEMPTS = 3;

/** Opens config.toml, which is written if there is none. */
export async function openSettings(options: SettingsFileOptions): Promise<SettingsFile> {
  const { path, log } = options;
  return new FollowedFile(await openConfig(path, { log }), options);
}

class FollowedFile implements SettingsFile {
  readonly #options: SettingsFileOptions;
  readonly #loaded: LoadedConfig;
  #config: Config;
  #version: string;
  #watch: ConfigWatch | null = null;
  #applied: Promise<void> = Promise.resolve();
  /** One save at a time in this program; the lock keeps the others away. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(loaded: LoadedConfig, options: SettingsFileOptions) {
    this.#options = options;
    this.#loaded = loaded;
    this.#config = loaded.config;
    this.#version = loaded.version;
  }

  get config(): Config {
    return this.#config;
  }

  get version(): string {
    return this.#version;
  }

  follow(apply: (config: Config) => Promise<void>): void {
    const { path, heartbeat, log } = this.#options;
    this.#watch = watchConfig(path, {
      loaded: this.#loaded,
      onChange: (config, { version }) => {
        this.#config = config;
        this.#version = version;
        this.#applied = this.#applied.then(() => apply(config)).catch((error) =>
          log.error("The new settings are not in force. Restart the sidecar.", error)
        );
      },
      follow: (path, { onNotice }) => followFile(path, { onNotice, heartbeat }),
      log,
    });
  }

  save(
    changes: ConfigChanges,
    options: { isFor(version: string): boolean },
  ): Promise<SavedConfig> {
    const saved = this.#turn.then(() => this.#save(changes, options));
    this.#turn = saved.catch(() => {});
    return saved;
  }

  async #save(
    changes: ConfigChanges,
    { isFor }: { isFor(version: string): boolean },
  ): Promise<SavedConfig> {
    const { path, lock } = this.#options;
    const { damaged, readConfig, saveConfig } = await import("./save_config.ts");
    for (let attempt = 1;; attempt++) {
      await this.#settle();
      const inForce = this.#config;
      const { version, errors, isThere } = await readConfig(path, { inForce });
      // Without a file, the last one's version still names the settings in force.
      if (!isFor(isThere ? version : this.#version)) {
        if (errors.length > 0) throw damaged(path, errors);
        throw new ConfigError(
          "conflict",
          `${path} was changed in the meantime. Nothing was saved: look at it anew and try again.`,
        );
      }
      try {
        const saved = await saveConfig(path, changes, { version, lock, inForce });
        await this.#watch?.take(saved.version);
        await this.#applied;
        return saved;
      } catch (error) {
        const again = error instanceof ConfigError && error.kind === "conflict";
        if (!again || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Waits until the file is not one of which an editor has only written a part. */
  async #settle(): Promise<void> {
    if (this.#watch === null) return;
    try {
      await withDeadline(this.#watch.settle(), { ms: SETTLE_DEADLINE_MS, what: "the editor" });
    } catch (cause) {
      if (!(cause instanceof DeadlineError)) throw cause;
      throw new ConfigError(
        "conflict",
        `${this.#options.path} is being written by another program. Nothing was saved: try again ` +
          "once that has ended.",
        { cause },
      );
    }
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    await this.#applied;
  }
}
