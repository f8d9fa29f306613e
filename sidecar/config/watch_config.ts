import { changedKeys, type Config } from "../../shared/config.ts";
import { fileStamp } from "../files/follow_file.ts";
import type { Log } from "../log/log.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { type ConfigText, readConfigText } from "./config_text.ts";
import type { LoadedConfig } from "./load_config.ts";
import { describeProblem, parseConfig } from "./parse_config.ts";

/** What a watch needs. */
export interface WatchConfigOptions {
  /** The settings in force, and the file that they were read from. */
  loaded: LoadedConfig;
  /**
   * Called with the settings of each good file that is not the one before, and which of them are
   * new: none where only comments changed. Must not throw.
   */
  onChange(config: Config, file: ConfigChange): void;
  log: Log;
  clock?: Clock;
  /** Makes the notices of the file's changes. */
  follow(path: string, options: { onNotice(): void }): Disposable;
}

/** What is new about a file. */
export interface ConfigChange {
  /** Settings that are now others: `engine.log_level`. */
  readonly changed: readonly string[];
  /** The file's version. */
  readonly version: string;
}

/** Follows config.toml. */
export interface ConfigWatch {
  /**
   * Takes the file at once if it has this version, which is known to be a whole one: this program
   * wrote it. Resolves when it was taken; what else changes the file is noticed as ever.
   */
  take(version: string): Promise<void>;
  /**
   * Resolves once the file as it is has been dealt with, be it good or not: at once if it was
   * already, else when it has been left alone for long enough to be a whole one.
   */
  settle(): Promise<void>;
  /** Ends the watch; resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** How long the file must have been left alone: a save comes as several changes. */
const QUIET_MS = 50;

/** How long a file that is wrong, or looks cut off, may be one that is being written. */
const SETTLE_MS = 500;

/**
 * Reads config.toml again whenever it changed, however the editor saves. While it is wrong, gone or
 * half-written the last good settings stay in force; each problem is logged once.
 */
export function watchConfig(path: string, options: WatchConfigOptions): ConfigWatch {
  return new Watch(path, options);
}

class Watch implements ConfigWatch {
  readonly #path: string;
  readonly #options: WatchConfigOptions;
  readonly #clock: Clock;
  readonly #notices: Disposable;
  /** The settings in force. */
  #config: Config;
  /** The file whose contents were dealt with last, be it good or not. */
  #version: string;
  #text: string;
  /** What may be a file that is being written, and since when it has been just so. */
  #unsettled: { what: string; sinceMs: number } | null = null;
  /** Why the file could not be read, as it was told; null while it can be. */
  #unreadable: string | null = null;
  #told: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> = Promise.resolve();
  /** Settles when no look at the file is due any more; null while nobody waits for that. */
  #settling: PromiseWithResolvers<void> | null = null;
  #closed = false;

  constructor(path: string, options: WatchConfigOptions) {
    this.#path = path;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#config = options.loaded.config;
    this.#version = options.loaded.version;
    this.#text = options.loaded.text;
    this.#notices = options.follow(path, { onNotice: () => this.#look() });
    // It may have changed between the first reading and the first notice.
    this.#look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#notices[Symbol.dispose]();
    await this.#reading;
    this.#settling?.resolve();
  }

  take(version: string): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      if (this.#closed || version === this.#version) return;
      // A file that cannot be read now is dealt with when it is noticed.
      const file = await readConfigText(this.#path).catch(() => null);
      if (file?.version === version) this.#take(file, { whole: true });
    });
    return this.#reading;
  }

  async settle(): Promise<void> {
    await this.#reading;
    const file = await readConfigText(this.#path).catch(() => null);
    if (this.#closed || file?.version === this.#version) return;
    this.#settling ??= Promise.withResolvers();
    this.#look();
    await this.#settling.promise;
  }

  /** Reads the file once it has been left alone for a moment. */
  #look(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const stamp = fileStamp(this.#path);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#reading = this.#reading.then(() => this.#read(stamp)).then(() => {
        if (this.#timer !== undefined) return;
        this.#settling?.resolve();
        this.#settling = null;
      });
    }, QUIET_MS);
  }

  /** @param stamp the file's before the moment in which it was to be left alone */
  async #read(stamp: string): Promise<void> {
    if (this.#closed) return;
    let file: ConfigText;
    try {
      file = await readConfigText(this.#path);
    } catch (error) {
      this.#miss(error);
      return;
    }
    // Notices come once a second: a file that is being written grows in between.
    if (fileStamp(this.#path) !== stamp) {
      this.#look();
      return;
    }
    this.#unreadable = null;
    if (file.version === this.#version) this.#unsettled = null;
    else this.#take(file, { whole: false });
  }

  #miss(error: unknown): void {
    const problem = error instanceof Deno.errors.NotFound
      ? `${this.#path} is gone: the settings stay as they are until it is back. ` +
        "A new one is written at the next start."
      : `Cannot read ${this.#path}: ${error instanceof Error ? error.message : error}. ` +
        "The settings stay as they are.";
    if (!this.#isSettled(problem) || problem === this.#unreadable) return;
    this.#unreadable = problem;
    this.#options.log.error(problem);
  }

  #take({ text, version }: ConfigText, { whole }: { whole: boolean }): void {
    const { config, errors, warnings } = parseConfig(text);
    // A file with fewer lines than before is perhaps one of which the rest is still to come.
    const isCutOff = linesOf(text) < linesOf(this.#text);
    if ((config === null || isCutOff) && !whole && !this.#isSettled(version)) return;
    this.#unsettled = null;
    this.#version = version;
    this.#text = text;
    const { log, onChange } = this.#options;
    if (config === null) {
      this.#tell([
        ...errors.map((error) => describeProblem(this.#path, error)),
        `${this.#path} has errors: the last good settings stay in force until they are mended.`,
      ], { level: "error" });
      return;
    }
    this.#tell(warnings.map((warning) => describeProblem(this.#path, warning)), { level: "warn" });
    const changed = changedKeys(this.#config, config);
    this.#config = config;
    if (changed.length > 0) log.info(`New settings from ${this.#path}: ${changed.join(", ")}.`);
    onChange(config, { changed, version });
  }

  /** Whether the file has been just so for long enough; if not, it is read again soon. */
  #isSettled(what: string): boolean {
    const nowMs = this.#clock.monotonic();
    if (this.#unsettled?.what !== what) this.#unsettled = { what, sinceMs: nowMs };
    if (nowMs - this.#unsettled.sinceMs >= SETTLE_MS) return true;
    this.#look();
    return false;
  }

  /** Logs what was not logged the last time. */
  #tell(lines: readonly string[], { level }: { level: "warn" | "error" }): void {
    for (const line of lines) {
      if (!this.#told.includes(line)) this.#options.log[level](line);
    }
    this.#told = lines;
  }
}

function linesOf(text: string): number {
  return text.split("\n").length;
}
