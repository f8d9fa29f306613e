import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AlertEvent, ConfigEvent } from "../../shared/api.ts";
import { BUILD_ID } from "../../shared/build_id.ts";
import type { PreflightReport } from "../../shared/preflight.ts";
import type { SessionEvent } from "../../shared/session.ts";
import { DEFAULT_TICK_MS, staleAfterMs } from "../../shared/staleness.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { type Follow, RefusedError } from "../client.ts";
import type { SseEvent } from "../sse.ts";

/** How the page and the sidecar stand. */
export type LinkState =
  /** Nothing is known yet. */
  | { kind: "connecting" }
  /** Snapshots come in. */
  | { kind: "live" }
  /** The sidecar can be reached, or could a moment ago, but its figures stand still. */
  | { kind: "stale" }
  /** Nothing answers at the sidecar's address. */
  | { kind: "down" }
  /** The sidecar answers, but not with events; `detail` says what to do. */
  | { kind: "refused"; status: number; detail: string }
  /** Page and sidecar are of different builds; `build` is the sidecar's. */
  | { kind: "outdated"; build: string };

/** Timers, injected so that tests own time. */
export interface Timers {
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What the link needs. */
export interface LinkOptions {
  follow: Follow;
  timers: Timers;
  /** Unix milliseconds. */
  now: () => number;
  /** 0 to below 1. */
  random: () => number;
}

/** The page's link to the sidecar; it comes back by itself, however it was lost. */
export interface Link {
  state: ReadonlySignal<LinkState>;
  /** The newest snapshot; kept when the link is lost. */
  telemetry: ReadonlySignal<Telemetry | null>;
  /** What a sidecar of this page's build says of its settings; null until it did. */
  config: ReadonlySignal<ConfigEvent | null>;
  /** The newest that it told of the checks before a stream; null until it did. */
  preflight: ReadonlySignal<PreflightReport | null>;
  /** The newest change of a session; null until there was one. */
  session: ReadonlySignal<SessionEvent | null>;
  /** Calls `listener` at each change of an alert; returns what ends that. */
  onAlert(listener: (event: AlertEvent) => void): () => void;
  /** Tries again now. */
  retry(): void;
  close(): void;
}

/** Pauses between two tries: doubled from the first to the last, shortened by up to a half. */
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 3000;

/** Pause after a refusal that will not pass by itself: 2 a minute stay below the API's limit. */
const REFUSED_PAUSE_MS = 30_000;

class SidecarLink implements Link {
  readonly state: Signal<LinkState> = signal({ kind: "connecting" });
  readonly telemetry: Signal<Telemetry | null> = signal(null);
  readonly config: Signal<ConfigEvent | null> = signal(null);
  readonly preflight: Signal<PreflightReport | null> = signal(null);
  readonly session: Signal<SessionEvent | null> = signal(null);
  readonly #alertListeners = new Set<(event: AlertEvent) => void>();
  readonly #options: LinkOptions;
  readonly #watchdog: Watchdog;
  #staleAfterMs = staleAfterMs(DEFAULT_TICK_MS);
  #attempt = 0;
  /** Whether the sidecar at the other end of this connection is of the page's build. */
  #isSameBuild = false;
  #connection = new AbortController();
  #endPause = (): void => {};
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog(options.timers, () => this.#giveUp());
    this.#run();
  }

  onAlert(listener: (event: AlertEvent) => void): () => void {
    this.#alertListeners.add(listener);
    return () => this.#alertListeners.delete(listener);
  }

  retry(): void {
    this.#attempt = 0;
    this.#endPause();
  }

  close(): void {
    this.#closed = true;
    this.#connection.abort();
    this.#endPause();
  }

  async #run(): Promise<void> {
    while (!this.#closed) await this.#pause(await this.#connect());
  }

  /** Follows the events until they end; returns the pause before the next try. */
  async #connect(): Promise<number> {
    const connection = new AbortController();
    this.#connection = connection;
    this.#isSameBuild = false;
    this.#watchdog.start(this.#staleAfterMs);
    try {
      await this.#options.follow({
        signal: connection.signal,
        onEvent: (event) => this.#receive(event),
      });
    } catch (error) {
      // Aborted by the watchdog or by close(): what is to be said has been said.
      if (!connection.signal.aborted) this.state.value = failureState(error);
      if (error instanceof RefusedError) return this.#refusalPauseMs(error);
    } finally {
      this.#watchdog.stop();
    }
    return this.#nextPauseMs();
  }

  #receive({ name, data }: SseEvent): void {
    if (name === "config") {
      this.#greet(JSON.parse(data));
    } else if (name === "telemetry" && this.#isSameBuild) {
      this.#show(JSON.parse(data));
    } else if (name === "alert" && this.#isSameBuild) {
      const event: AlertEvent = JSON.parse(data);
      this.#alertListeners.forEach((listener) => listener(event));
    } else if (name === "preflight" && this.#isSameBuild) {
      this.preflight.value = JSON.parse(data);
    } else if (name === "session" && this.#isSameBuild) {
      this.session.value = JSON.parse(data);
    }
  }

  /** Every stream begins with the settings, which say whose build the sidecar is. */
  #greet(config: ConfigEvent): void {
    const build = String(config.build);
    this.#isSameBuild = build === BUILD_ID;
    if (!this.#isSameBuild) {
      this.state.value = { kind: "outdated", build };
      return;
    }
    this.#staleAfterMs = staleAfterMs(config.tick_ms);
    this.config.value = config;
  }

  #show(next: Telemetry): void {
    const last = this.telemetry.peek();
    this.telemetry.value = next;
    // A snapshot that was seen before does not show that the sidecar still works. Of the first
    // one only its age can tell.
    const moves = last === null
      ? this.#options.now() - next.written_at_ms < this.#staleAfterMs
      : next.sequence !== last.sequence;
    if (!moves) {
      this.state.value = { kind: "stale" };
      return;
    }
    if (this.state.peek().kind !== "live") this.state.value = { kind: "live" };
    this.#attempt = 0;
    this.#watchdog.start(this.#staleAfterMs);
  }

  #giveUp(): void {
    if (this.state.peek().kind !== "outdated") this.state.value = { kind: "stale" };
    this.#connection.abort();
  }

  #nextPauseMs(): number {
    const longest = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#attempt);
    this.#attempt++;
    return Math.max(FIRST_PAUSE_MS, longest * (1 - this.#options.random() / 2));
  }

  #refusalPauseMs({ status, retryAfterSeconds }: RefusedError): number {
    if (retryAfterSeconds !== null) return retryAfterSeconds * 1000;
    return status >= 500 ? this.#nextPauseMs() : REFUSED_PAUSE_MS;
  }

  #pause(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { timers } = this.#options;
    return new Promise((resolve) => {
      const timer = timers.setTimeout(resolve, ms);
      this.#endPause = () => {
        timers.clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Barks once unless it is started again in time. */
class Watchdog {
  readonly #timers: Timers;
  readonly #bark: () => void;
  #timer: unknown;

  constructor(timers: Timers, bark: () => void) {
    this.#timers = timers;
    this.#bark = bark;
  }

  start(ms: number): void {
    this.stop();
    this.#timer = this.#timers.setTimeout(this.#bark, ms);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function failureState(error: unknown): LinkState {
  if (!(error instanceof RefusedError)) return { kind: "down" };
  return { kind: "refused", status: error.status, detail: error.message };
}

/** Links the page to the sidecar and keeps it so. */
export function createLink(options: LinkOptions): Link {
  return new SidecarLink(options);
}
