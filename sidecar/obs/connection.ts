import type { Log } from "../log/log.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { pause as pauseFor } from "../time/pause.ts";
import { closeProblem, isShutOut, NOT_FOUND_YET } from "./connection_problem.ts";
import { type ObsConnected, ObsConnector } from "./connector.ts";
import type { ObsEndpoint } from "./endpoint.ts";
import type { Fields } from "./fields.ts";
import { isListening } from "./is_listening.ts";
import { tellOfOtherObs } from "./other_obs.ts";
import { ObsSession, type ObsSessionOptions, type StateEvent } from "./session.ts";

/**
 * Pauses between attempts: at first short, then up to 1.5 s, each ± 25 %, so that OBS is found
 * again within 2 s after it answers.
 */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_500;
const JITTER = 0.25;

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
  readonly #connector: ObsConnector;
  #running: Promise<void> | null = null;
  #session: ObsSession | null = null;
  #endpoint: ObsEndpoint | null = null;
  /** Counts the places that OBS was to be sought at: an attempt at an old one is given up. */
  #search = 0;
  /** Whether something changed since the last attempt began: the next one is not to wait. */
  #isHurried = false;
  /** That OBS refused the vault's password and took its own. */
  #passwordNotice: string | null = null;
  #loggedNotice = "";
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
    this.#connector = new ObsConnector({
      ...this.#options,
      onEvent: (event, data) => {
        if (event === "ExitStarted") this.#exiting = true;
        this.#options.onEvent(event, data);
      },
    });
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

  /** What the user should know of the vault's password although OBS is connected; else null. */
  get passwordNotice(): string | null {
    return this.#session === null ? null : this.#passwordNotice;
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
    this.#hurry();
    if (this.#session === null) return;
    // That OBS is no longer there is its user's will, as if it had been closed.
    this.#exiting = true;
    this.abandon("The settings name another OBS. It is sought now.");
  }

  /**
   * There is another password to try: now, if OBS is being sought. A connection that works is kept,
   * and the password is tried at the next one.
   */
  tryAgain(): void {
    this.#passwordNotice = null;
    this.#loggedNotice = "";
    if (this.#session === null) this.#hurry();
  }

  /**
   * Looks for OBS now and not after the pause. Resolves after a round of attempts that began after
   * the call; at once while there is a connection.
   */
  async retry(): Promise<void> {
    if (this.#trying) await this.#round.promise;
    if (this.#session !== null) return;
    this.#hurry();
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
      this.#isHurried = false;
      this.#trying = true;
      const connected = await this.#connect();
      this.#trying = false;
      const isWanted = connected !== null && !signal.aborted && search === this.#search;
      const lost = isWanted ? this.#follow(connected) : null;
      this.#round.resolve();
      this.#round = Promise.withResolvers();
      if (lost !== null) {
        pauseMs = FIRST_PAUSE_MS;
        await lost;
      }
      if (signal.aborted) {
        connected?.session.close();
        break;
      }
      if (search !== this.#search) {
        connected?.session.close();
        pauseMs = FIRST_PAUSE_MS;
      }
      await this.#pause(pauseMs);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
    this.#session = null;
    this.#round.resolve();
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isHurried) return;
    this.#pausing = new AbortController();
    const jitter = 1 - JITTER + 2 * JITTER * this.#options.random();
    await this.#options.pause(ms * jitter, this.#pausing.signal);
  }

  #hurry(): void {
    this.#isHurried = true;
    this.#pausing.abort();
  }

  /** Tries every place once. */
  async #connect(): Promise<ObsConnected | null> {
    this.#connector.beginRound();
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
      const result = await this.#connector.connect(endpoint);
      if (typeof result !== "string") return result;
      // The likeliest place's problem is the one to tell, unless another place answered.
      if (problem === null || result.startsWith("OBS refused")) problem = result;
      if (this.#stopping.signal.aborted) return null;
    }
    this.#tell(problem ?? NOT_FOUND_YET);
    return null;
  }

  async #follow({ session, endpoint, passwordNotice }: ObsConnected): Promise<void> {
    this.#session = session;
    this.#endpoint = endpoint;
    // A password that came in the meantime has not been tried: nothing is wrong with it.
    this.#passwordNotice = this.#isHurried ? null : passwordNotice;
    this.#isHurried = false;
    this.#lost = Promise.withResolvers();
    this.#exiting = false;
    this.#shutOut = false;
    this.#logged = "";
    this.#options.log.info(
      `Connected to OBS at ${endpoint.host}:${endpoint.port} (obs-websocket ${session.pluginVersion}).`,
    );
    this.#tellPasswordNotice();
    const watching = new AbortController();
    void tellOfOtherObs(endpoint, {
      ...this.#options,
      pause: pauseFor,
      tell: (message) => this.#options.log.info(message),
      signal: watching.signal,
    });
    this.#options.onChange();
    await Promise.race([
      session.closed.then(({ code }) => {
        if (session === this.#session) this.#shutOut = !this.#exiting && isShutOut(code);
        this.#lose(session, closeProblem(code, this.#exiting));
      }),
      this.#lost.promise,
    ]);
    watching.abort();
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

  /** Logs what is wrong with the vault's password when it changed, not at each connection. */
  #tellPasswordNotice(): void {
    if (this.#passwordNotice === null || this.#passwordNotice === this.#loggedNotice) return;
    this.#loggedNotice = this.#passwordNotice;
    this.#options.log.info(this.#passwordNotice);
  }

  /** Keeps the problem for whoever asks; logs it when it changed. */
  #tell(problem: string): void {
    this.#problem = problem;
    if (problem === this.#logged || this.#stopping.signal.aborted) return;
    this.#logged = problem;
    this.#options.log.info(problem);
  }
}
