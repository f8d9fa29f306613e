import type { ObsTelemetry } from "../../shared/telemetry.ts";
import { cleanText } from "../../shared/text.ts";
import type { Clock } from "../time/clock.ts";
import { type Heard, type MeteredSession, sampleSilence } from "./silence_sample.ts";

/** How long is listened at most; where there is sound, about 60 ms are enough. */
export const LISTEN_MS = 1_000;

/** How often while there is sound: often enough to know within 2 s when it ended. */
export const SAMPLE_EVERY_MS = 1_500;

/** How often in the first minute without: it may be a pause in speech. */
const PAUSE_SAMPLE_EVERY_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * How long and how often in longer silence: its end is seen within 2 s, though a word may
 * fall between two samples.
 */
export const SILENT_LISTEN_MS = 250;
export const SILENT_SAMPLE_EVERY_MS = 1_000;

/** How long a sample is good for: longer than some that fail. */
const GOOD_FOR_MS = 30_000;

/** Most inputs that are named. */
const MAX_NAMES = 10;

/** Longest name of an input that is shown. */
const MAX_NAME_LENGTH = 60;

/** The two figures, as they stand in a snapshot. */
export type SilenceFigures = Pick<ObsTelemetry, "silent_s" | "silent_inputs">;

/** What a watch needs. */
export interface SilenceWatchOptions {
  clock: Clock;
  /** dBFS below which an input is silent; null: nothing is listened to. */
  levelDb(): number | null;
}

/** What OBS does at a tick. */
export interface Listening {
  session: MeteredSession;
  /** Whether any network output is active: else nobody hears anything. */
  live: boolean;
  /** Tracks that are streamed, 1 to 6. */
  tracks: ReadonlySet<number>;
}

/**
 * Knows for how long nothing was heard on the streamed track. OBS's meters cost 20 events a second
 * with the levels of all inputs, so they are listened to in samples, which end with the first
 * sound: all in all for less than 1 s in 15 while there is sound, and for 1 s in 4 in long silence.
 * Silence counts from the beginning of the first sample without a sound.
 */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #levelDb: () => number | null;
  #session: MeteredSession | null = null;
  #dueAtMs = 0;
  #sampling: AbortController | null = null;
  #last: { heard: Heard; atMs: number } | null = null;
  #silentSinceMs = 0;

  constructor({ clock, levelDb }: SilenceWatchOptions) {
    this.#clock = clock;
    this.#levelDb = levelDb;
  }

  /** Takes a tick. A sample that is due begins; it is not waited for. */
  look({ session, live, tracks }: Listening): void {
    const levelDb = this.#levelDb();
    if (!live || levelDb === null || session !== this.#session) this.#reset();
    if (!live || levelDb === null) return;
    const nowMs = this.#clock.monotonic();
    if (this.#session === null) {
      this.#session = session;
      this.#dueAtMs = nowMs + SAMPLE_EVERY_MS;
    }
    if (nowMs < this.#dueAtMs || this.#sampling !== null) return;
    this.#dueAtMs = nowMs + SAMPLE_EVERY_MS;
    void this.#sample(session, { tracks, levelDb });
  }

  /** OBS must not be asked now: a sample under way is given up. */
  pause(): void {
    this.#sampling?.abort();
  }

  /** The figures of now. */
  get figures(): SilenceFigures {
    const nowMs = this.#clock.monotonic();
    if (this.#last === null || nowMs - this.#last.atMs > GOOD_FOR_MS) {
      return { silent_s: null, silent_inputs: [] };
    }
    const { heard } = this.#last;
    if (!heard.silent) return { silent_s: 0, silent_inputs: [] };
    return { silent_s: (nowMs - this.#silentSinceMs) / 1000, silent_inputs: heard.inputs };
  }

  #reset(): void {
    this.pause();
    this.#sampling = null;
    this.#session = null;
    this.#last = null;
  }

  async #sample(
    session: MeteredSession,
    { tracks, levelDb }: { tracks: ReadonlySet<number>; levelDb: number },
  ): Promise<void> {
    const sampling = new AbortController();
    this.#sampling = sampling;
    const startMs = this.#clock.monotonic();
    // An OBS that does not answer is found out, and told, by the tick.
    const heard = await sampleSilence(session, {
      tracks,
      levelDb,
      ms: this.#isLong(startMs) ? SILENT_LISTEN_MS : LISTEN_MS,
      signal: sampling.signal,
      clock: this.#clock,
    }).catch(() => null);
    if (this.#sampling !== sampling) return;
    this.#sampling = null;
    if (heard !== null) this.#take(heard, startMs);
  }

  #take(heard: Heard, startMs: number): void {
    if (heard.silent) {
      if (this.#last?.heard.silent !== true) this.#silentSinceMs = startMs;
    }
    this.#last = { heard: named(heard), atMs: startMs };
    if (!heard.silent) return;
    this.#dueAtMs = startMs +
      (this.#isLong(startMs) ? SILENT_SAMPLE_EVERY_MS : PAUSE_SAMPLE_EVERY_MS);
  }

  #isLong(nowMs: number): boolean {
    return this.#last?.heard.silent === true && nowMs - this.#silentSinceMs >= LONGEST_PAUSE_MS;
  }
}

/** Names from outside as they may be shown, and not without end. */
function named(heard: Heard): Heard {
  if (!heard.silent) return heard;
  const inputs = heard.inputs.slice(0, MAX_NAMES)
    .map((name) => cleanText(name, MAX_NAME_LENGTH) || "unnamed");
  return { silent: true, inputs };
}
