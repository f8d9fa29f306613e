/** Looks for a newer version once a day, if the user wants that, and tells of it. */
import type { Config } from "../../shared/config.ts";
import { replaceFile } from "../files/replace_file.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import { VERSION } from "../version.ts";
import type { Release } from "./fetch_release.ts";
import { isNewer } from "./is_newer.ts";

/** What the check works with. */
export interface UpdateCheckOptions {
  settings: () => Config["updates"];
  /** Keeps what was found, so that a restart does not ask again. */
  path: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  clock: Clock;
  log: Log;
  /** This program's version; another one in tests. */
  version?: string;
}

/** A running check. */
export interface UpdateCheck {
  /** What is to be told to the user; null while there is nothing newer. */
  notice(): string | null;
  /** Looks whether the settings now want something else; resolves when that is done. */
  refresh(): Promise<void>;
  /** Ends it; resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** What was found the last time, as the file has it. */
interface Found {
  /** Unix ms. */
  asked_at: number;
  /** Whom. */
  asked: string;
  release: Release | null;
}

/** The start is busy enough. */
const FIRST_LOOK_MS = 60_000;
/** A timer of a day would stand still while the PC sleeps. */
const LOOK_EVERY_MS = 3_600_000;
const ASK_EVERY_MS = 24 * 3_600_000;
const DEADLINE_MS = 15_000;

/** Never downloads anything but the answer, and never runs anything. */
export function startUpdateCheck(options: UpdateCheckOptions): UpdateCheck {
  const { settings, path, fetch, clock, log, version = VERSION } = options;
  const stopping = new AbortController();
  let found: Found | null = null;
  let running: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout>;

  const isWanted = () => settings().check && settings().url !== null;

  async function look(): Promise<void> {
    const { check, url } = settings();
    if (!check || url === null || stopping.signal.aborted) return;
    found ??= await readFound(path);
    const age = found === null ? Infinity : clock.now() - found.asked_at;
    if (found?.asked === url && age >= 0 && age < ASK_EVERY_MS) return;
    const asked_at = clock.now();
    const release = await ask(url);
    if (stopping.signal.aborted) return;
    found = { asked_at, asked: url, release };
    await replaceFile(path, new TextEncoder().encode(JSON.stringify(found)))
      .catch((error) => log.debug(`Cannot write ${path}.`, error));
  }

  async function ask(url: string): Promise<Release | null> {
    try {
      const { fetchRelease } = await import("./fetch_release.ts");
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(DEADLINE_MS)]);
      const release = await fetchRelease(url, { fetch, signal });
      if (isNewer(release.version, version)) log.info(noticeOf(release, version));
      return release;
    } catch (error) {
      if (stopping.signal.aborted) return null;
      const reason = error instanceof Error ? error.message : String(error);
      log.info(`Cannot look for a newer version: ${reason}. It is tried again tomorrow.`);
      log.debug("The look for a newer version failed.", error);
      return null;
    }
  }

  function refresh(): Promise<void> {
    return running = running.then(look).catch((error) =>
      log.warn("Cannot look for a newer version.", error)
    );
  }

  function wait(ms: number): void {
    timer = setTimeout(() => {
      void refresh();
      wait(LOOK_EVERY_MS);
    }, ms);
  }

  wait(FIRST_LOOK_MS);
  return {
    notice() {
      const release = found?.release ?? null;
      if (release === null || !isWanted() || found?.asked !== settings().url) return null;
      return isNewer(release.version, version) ? noticeOf(release, version) : null;
    },
    refresh,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

function noticeOf({ version, url, notes }: Release, own: string): string {
  const said = notes === undefined || notes === "" ? "" : ` ${notes}`;
  return `Version ${version} is there; this is ${own}. Get it at ${url}.${said}`;
}

/** Null if nothing was found before, or the file is not what was written. */
async function readFound(path: string): Promise<Found | null> {
  try {
    const { asked_at, asked, release } = JSON.parse(await Deno.readTextFile(path));
    const { parseStoredRelease } = await import("./fetch_release.ts");
    return {
      asked_at: Number(asked_at),
      asked: String(asked),
      release: release === null ? null : parseStoredRelease(release),
    };
  } catch {
    return null;
  }
}
