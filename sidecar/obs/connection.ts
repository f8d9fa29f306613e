import { type Clock, systemClock } from "../clock.ts";
import { DeadlineError } from "../deadline.ts";
import type { Log } from "../log.ts";
import type { ObsEndpoint, ObsPassword } from "./endpoint.ts";
import type { Fields } from "./fields.ts";
import {
  CLOSE_AUTHENTICATION_FAILED,
  ObsConnectError,
  ObsSession,
  type ObsSessionOptions,
  type StateEvent,
} from "./session.ts";

/** Milliseconds that OBS has to answer a connection attempt or a call. */
export const OBS_DEADLINE_MS = 2_000;

/**
 * Pauses between attempts: at first short, then up to 1 s, each ± 25 %, so that OBS is found
 * again within 2 s after it answers. A refused attempt on loopback costs some 0.1 ms.
 */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;
const JITTER = 0.25;

/** Attempts without any password are repeated, but seldom: each shows up in OBS's log. */
const NO_PASSWORD_PAUSE_MS = 30_000;

const ENABLE_SERVER = "In OBS: Tools > WebSocket Server Settings > Enable WebSocket server";

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
  /** Digests of what OBS refused, and when; one attempt a password and run of OBS. */
  readonly #refusedAtMs = new Map<string, number>();
  #running: Promise<void> | null = null;
  #session: ObsSession | null = null;
  #endpoint: ObsEndpoint | null = null;
  /** Counts the places that OBS was to be sought at: an attempt at an old one is given up. */
  #search = 0;
  #problem = `OBS has not been found yet. ${ENABLE_SERVER}.`;
  #logged = "";
  #exiting = false;
  #lost = Promise.withResolvers<void>();

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

  /** Whether OBS said goodbye before it went away. */
  get exited(): boolean {
    return this.#session === null && this.#exiting;
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

  /** Ends the connection and the search for one. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // A hung OBS does not confirm the end of the connection: it is not waited for.
    this.#lost.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const search = this.#search;
      const session = await this.#connect();
      if (session !== null && !signal.aborted && search === this.#search) {
        pauseMs = FIRST_PAUSE_MS;
        await this.#follow(session);
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
      await this.#options.pause(pauseMs * jitter, signal);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
    this.#session = null;
  }

  /** Tries every place once. */
  async #connect(): Promise<ObsSession | null> {
    let endpoints: readonly ObsEndpoint[];
    try {
      endpoints = await this.#options.findEndpoints();
    } catch (error) {
      this.#tell(`OBS's settings cannot be read: ${messageOf(error)}`);
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
    this.#tell(problem ?? `OBS was not found. ${ENABLE_SERVER}.`);
    return null;
  }

  /** @returns the session, or why there is none */
  async #tryEndpoint(endpoint: ObsEndpoint): Promise<ObsSession | string> {
    const passwords: (ObsPassword | null)[] = endpoint.passwords.length > 0
      ? [...endpoint.passwords]
      : [null];
    let problem = "";
    for (const password of passwords) {
      const key = await digest(`${endpoint.host}:${endpoint.port}\n${password?.value ?? ""}`);
      if (await this.#isRefused(key, { password, endpoint })) {
        problem = refusal(password);
        continue;
      }
      try {
        const session = await this.#options.openSession({
          host: endpoint.host,
          port: endpoint.port,
          password: password?.value ?? null,
          deadlineMs: OBS_DEADLINE_MS,
          onEvent: (event, data) => {
            if (event === "ExitStarted") this.#exiting = true;
            this.#options.onEvent(event, data);
          },
        });
        this.#refusedAtMs.delete(key);
        this.#endpoint = endpoint;
        return session;
      } catch (error) {
        if (!isRefusal(error)) return describeFailure(error, endpoint);
        this.#refusedAtMs.set(key, this.#options.clock.monotonic());
        problem = refusal(password);
      }
    }
    return problem;
  }

  /** Whether OBS refused this before and would again: an OBS started since may take it. */
  async #isRefused(
    key: string,
    { password, endpoint }: { password: ObsPassword | null; endpoint: ObsEndpoint },
  ): Promise<boolean> {
    const refusedAtMs = this.#refusedAtMs.get(key);
    if (refusedAtMs === undefined) return false;
    const elapsedMs = this.#options.clock.monotonic() - refusedAtMs;
    if (password === null && elapsedMs >= NO_PASSWORD_PAUSE_MS) return false;
    if (await this.#options.isListening(endpoint)) return true;
    this.#refusedAtMs.delete(key);
    return false;
  }

  async #follow(session: ObsSession): Promise<void> {
    const { endpoint } = this;
    this.#session = session;
    this.#lost = Promise.withResolvers();
    this.#exiting = false;
    this.#logged = "";
    this.#options.log.info(
      `Connected to OBS at ${endpoint?.host}:${endpoint?.port} (obs-websocket ${session.pluginVersion}).`,
    );
    this.#options.onChange();
    await Promise.race([
      session.closed.then(({ code }) => this.#lose(session, closeProblem(code, this.#exiting))),
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

function closeProblem(code: number, exiting: boolean): string {
  if (exiting) return "OBS was closed. It is found again by itself when it starts.";
  return code === CLOSE_AUTHENTICATION_FAILED
    ? "OBS ended the connection because its password changed. A new attempt follows."
    : "OBS went away without closing: it has crashed, or its WebSocket server was switched off.";
}

function describeFailure(error: unknown, { host, port, disabled }: ObsEndpoint): string {
  if (error instanceof DeadlineError) {
    return `OBS at ${host}:${port} does not answer. If it hangs, restart it.`;
  }
  if (disabled) return `OBS's WebSocket server is switched off. ${ENABLE_SERVER}.`;
  return `No OBS answers at ${host}:${port}: it is not running, or its WebSocket server is off. ` +
    `${ENABLE_SERVER}.`;
}

function refusal(password: ObsPassword | null): string {
  return password === null
    ? "OBS refused the connection: it asks for a password, and none is known. " +
      "Run the sidecar as the user who runs OBS, or switch authentication off in " +
      "Tools > WebSocket Server Settings."
    : `OBS refused the password found in ${password.source}. Restart OBS, so that it and its ` +
      "settings agree, or set the password anew in Tools > WebSocket Server Settings. " +
      "Nothing more is tried until one of the two happens.";
}

function isRefusal(error: unknown): boolean {
  return error instanceof ObsConnectError && error.code === CLOSE_AUTHENTICATION_FAILED;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function isListening({ host, port }: { host: string; port: number }): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(OBS_DEADLINE_MS);
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
