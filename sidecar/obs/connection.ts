import { type Clock, systemClock } from "../clock.ts";
import type { Log } from "../log.ts";
import {
  closeProblem,
  describeFailure,
  isShutOut,
  nobodyAnswers,
  NOT_FOUND_YET,
  refusal,
} from "./connection_problem.ts";
import { isLoopback, type ObsEndpoint, type ObsPassword } from "./endpoint.ts";
import type { Fields } from "./fields.ts";
import {
  CLOSE_AUTHENTICATION_FAILED,
  ObsConnectError,
  ObsSession,
  type ObsSessionOptions,
  type StateEvent,
} from "./session.ts";

/**
 * Milliseconds that OBS has to answer a connection attempt or a call. Shorter than a collector's
 * own deadline, so that the user is told that OBS hangs, and not that its figures are missing.
 */
export const OBS_DEADLINE_MS = 1_800;

/**
 * Pauses between attempts: at first short, then up to 1.5 s, each ± 25 %, so that OBS is found
 * again within 2 s after it answers.
 */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_500;
const JITTER = 0.25;

/** Attempts without any password are repeated, but seldom: each shows up in OBS's log. */
const NO_PASSWORD_PAUSE_MS = 30_000;

/** Time that a TCP connection attempt has: Windows asks a closed port again for some 2 s. */
const PROBE_DEADLINE_MS = 3_000;

/** After so long without an attempt, as when the machine slept, what OBS refused is forgotten. */
const REFUSAL_LIFE_MS = 60_000;

/** What a connection needs. */
export interface ObsConnectionOptions {
  /** Finds where OBS may be listening now. Asked before every attempt. */
  findEndpoints(): Promise<readonly ObsEndpoint[]>;
  /** Called when OBS was connected or lost. */
  onChange(): void;
  onEvent(event: StateEvent, data: Fields): void;
  log: Log;
  clock?: Clock;
  openSession?(options: ObsSessionOptions): Promise<ObsSession>;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
  random?(): number;
  /** Whether anything takes TCP connections there; OBS does not notice. */
  isListening?(address: { host: string; port: number }): Promise<boolean>;
}

/** Keeps a connection to OBS: finds it, connects, and connects again, for as long as it runs. */
export class ObsConnection {
  readonly #options: Required<ObsConnectionOptions>;
  readonly #stopping = new AbortController();
  /** By place, digests of what OBS refused and when; one attempt a password and run of OBS. */
  readonly #refused = new Map<string, Map<string, number>>();
  /** Unix milliseconds of the last round of attempts. */
  #triedAt = 0;
  #running: Promise<void> | null = null;
  #session: ObsSession | null = null;
  #endpoint: ObsEndpoint | null = null;
  /** Counts the places that OBS was to be sought at: an attempt at an old one is given up. */
  #search = 0;
  #problem = NOT_FOUND_YET;
  #logged = "";
  #exiting = false;
  #shutOut = false;
  #lost = Promise.withResolvers<void>();
  /** Ends the pause between two rounds of attempts. */
  #pausing = new AbortController();
  /** Settles at the end of the round that is under way, or comes next. */
  #round = Promise.withResolvers<void>();
  #trying = false;

  constructor(options: ObsConnectionOptions) {
    this.#options = {
      clock: systemClock,
      openSession: (session) => ObsSession.open(session),
      pause: pauseFor,
      random: Math.random,
      isListening,
      ...options,
    };
  }

  /** The open connection, or null. */
  get session(): ObsSession | null {
    return this.#session;
  }

  /** Where the open connection leads; null while there is none. */
  get endpoint(): ObsEndpoint | null {
    return this.#endpoint;
  }

  /** Why there is no connection, and what to do; of the last time while there is one. */
  get problem(): string {
    return this.#problem;
  }

  /** Whether OBS said goodbye: it is closing or went away since. */
  get exited(): boolean {
    return this.#exiting;
  }

  /** Whether OBS itself ended the last connection and goes on without one. */
  get shutOut(): boolean {
    return this.#session === null && this.#shutOut;
  }

  /** Begins to look for OBS. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Gives up a connection on which OBS no longer answers; a new one is sought. */
  abandon(problem: string): void {
    if (this.#session !== null) this.#lose(this.#session, problem);
  }

  /** Another OBS is wanted: the connection ends, and the one that is now meant is sought. */
  reconnect(): void {
    this.#search++;
    if (this.#session === null) return;
    // That OBS is no longer there is its user's will, as if it had been closed.
    this.#exiting = true;
    this.abandon("The settings name another OBS. It is sought now.");
  }

  /**
   * Looks for OBS now and not after the pause. Resolves after a round of attempts that began after
   * the call; at once while there is a connection.
   */
  async retry(): Promise<void> {
    if (this.#trying) await this.#round.promise;
    if (this.#session !== null) return;
    this.#pausing.abort();
    await this.#round.promise;
  }

  /** Ends the connection and the search for one. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#pausing.abort();
    // A hung OBS does not confirm the end of the connection: it is not waited for.
    this.#lost.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const search = this.#search;
      this.#pausing = new AbortController();
      this.#trying = true;
      const session = await this.#connect();
      this.#trying = false;
      const isWanted = !signal.aborted && search === this.#search;
      const lost = session !== null && isWanted ? this.#follow(session) : null;
      this.#round.resolve();
      this.#round = Promise.withResolvers();
      if (lost !== null) {
        pauseMs = FIRST_PAUSE_MS;
        await lost;
      }
      if (signal.aborted) {
        session?.close();
        break;
      }
      if (search !== this.#search) {
        session?.close();
        this.#endpoint = null;
        pauseMs = FIRST_PAUSE_MS;
      }
      const jitter = 1 - JITTER + 2 * JITTER * this.#options.random();
      await this.#options.pause(pauseMs * jitter, this.#pausing.signal);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
    this.#session = null;
    this.#round.resolve();
  }

  /** Tries every place once. */
  async #connect(): Promise<ObsSession | null> {
    // The wall clock, for the monotonic one stands still on some systems while the machine sleeps.
    const now = this.#options.clock.now();
    if (now - this.#triedAt >= REFUSAL_LIFE_MS) this.#refused.clear();
    this.#triedAt = now;
    let endpoints: readonly ObsEndpoint[];
    try {
      endpoints = await this.#options.findEndpoints();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell(`OBS's settings cannot be read: ${reason}`);
      return null;
    }
    let problem: string | null = null;
    for (const endpoint of endpoints) {
      const result = await this.#tryEndpoint(endpoint);
      if (typeof result !== "string") return result;
      // The likeliest place's problem is the one to tell, unless another place answered.
      if (problem === null || result.startsWith("OBS refused")) problem = result;
      if (this.#stopping.signal.aborted) return null;
    }
    this.#tell(problem ?? NOT_FOUND_YET);
    return null;
  }

  /** @returns the session, or why there is none */
  async #tryEndpoint(endpoint: ObsEndpoint): Promise<ObsSession | string> {
    const { host, port } = endpoint;
    const place = `${host}:${port}`;
    // Here a bare connection costs far less than a WebSocket that fails.
    const asksFirst = isLoopback(host) || this.#refused.has(place);
    if (asksFirst && !await this.#options.isListening({ host, port })) {
      this.#refused.delete(place);
      return nobodyAnswers(endpoint);
    }
    const passwords: (ObsPassword | null)[] = endpoint.passwords.length > 0
      ? [...endpoint.passwords]
      : [null];
    const refused = this.#refused.get(place) ?? new Map<string, number>();
    let problem = "";
    for (const password of passwords) {
      const key = await digest(password?.value ?? "");
      if (this.#isRefused(refused.get(key), password)) {
        problem = refusal(password, endpoint);
        continue;
      }
      try {
        const session = await this.#options.openSession({
          host,
          port,
          password: password?.value ?? null,
          deadlineMs: OBS_DEADLINE_MS,
          onEvent: (event, data) => {
            if (event === "ExitStarted") this.#exiting = true;
            this.#options.onEvent(event, data);
          },
        });
        refused.delete(key);
        this.#endpoint = endpoint;
        return session;
      } catch (error) {
        if (!isRefusal(error)) return describeFailure(error, endpoint);
        refused.set(key, this.#options.clock.monotonic());
        this.#refused.set(place, refused);
        problem = refusal(password, endpoint);
      }
    }
    return problem;
  }

  /** Whether OBS, which has run since, would refuse this again. */
  #isRefused(refusedAtMs: number | undefined, password: ObsPassword | null): boolean {
    if (refusedAtMs === undefined) return false;
    const elapsedMs = this.#options.clock.monotonic() - refusedAtMs;
    return password !== null || elapsedMs < NO_PASSWORD_PAUSE_MS;
  }

  async #follow(session: ObsSession): Promise<void> {
    const { endpoint } = this;
    this.#session = session;
    this.#lost = Promise.withResolvers();
    this.#exiting = false;
    this.#shutOut = false;
    this.#logged = "";
    this.#options.log.info(
      `Connected to OBS at ${endpoint?.host}:${endpoint?.port} (obs-websocket ${session.pluginVersion}).`,
    );
    this.#options.onChange();
    await Promise.race([
      session.closed.then(({ code }) => {
        if (session === this.#session) this.#shutOut = !this.#exiting && isShutOut(code);
        this.#lose(session, closeProblem(code, this.#exiting));
      }),
      this.#lost.promise,
    ]);
  }

  /** A session that was given up before may end long after: then there is nothing to lose. */
  #lose(session: ObsSession, problem: string): void {
    if (session !== this.#session) return;
    session.close();
    this.#session = null;
    this.#endpoint = null;
    this.#tell(problem);
    this.#options.onChange();
    this.#lost.resolve();
  }

  /** Keeps the problem for whoever asks; logs it when it changed. */
  #tell(problem: string): void {
    this.#problem = problem;
    if (problem === this.#logged || this.#stopping.signal.aborted) return;
    this.#logged = problem;
    this.#options.log.info(problem);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ObsConnectError && error.code === CLOSE_AUTHENTICATION_FAILED;
}

async function isListening({ host, port }: { host: string; port: number }): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_DEADLINE_MS);
    (await Deno.connect({ hostname: host, port, signal })).close();
    return true;
  } catch (error) {
    // Silence is no sign that OBS has ended.
    return error instanceof DOMException;
  }
}

/** A short stand-in for a secret, so that it need not be kept. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
