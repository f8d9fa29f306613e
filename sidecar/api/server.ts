import { DOCK_COMMAND_HINT } from "../../shared/dock_url.ts";
import type { Log } from "../log/log.ts";
import type { LiveStream } from "../sinks/live.ts";
import { withDeadline } from "../time/deadline.ts";
import type { Heartbeat } from "../time/heartbeat.ts";
import { type AppOptions, createApp } from "./app.ts";
import { problem } from "./problem.ts";
import type { ApiToken } from "./token.ts";

/** How the API fares. */
export interface ApiState {
  listening: boolean;
  /** The port it listens at, or would. */
  port: number;
  /** Why it does not listen and what to do; null while it does. */
  problem: string | null;
}

/** The API as it runs. */
export interface ApiServer {
  state(): ApiState;
  /**
   * Takes no more requests, ends all streams and drops half-sent requests. Takes milliseconds;
   * requests that are being answered have one second more.
   */
  close(): Promise<void>;
}

/** What the server needs. */
export interface ServeOptions extends Omit<AppOptions, "token" | "live" | "log"> {
  token: ApiToken;
  live: LiveStream;
  log: Log;
  /** Pause before a taken port is tried again. */
  retryMs?: number;
  /** How often it is looked for a token that another process wrote. */
  heartbeat: Heartbeat;
}

/** The API is for this machine alone. */
const HOST = "127.0.0.1";
const RETRY_MS = 5000;
/** Time for the answers under way when the API is closed. */
const LAST_ANSWERS_MS = 1000;

/** Windows says "access denied" where the other program asked for exclusive use of the port. */
function isTaken(error: unknown): boolean {
  return error instanceof Deno.errors.AddrInUse ||
    (Deno.build.os === "windows" && error instanceof Deno.errors.PermissionDenied);
}

interface Running {
  abort: AbortController;
  finished: Promise<void>;
  shutdown(): Promise<void>;
}

/** Whether a server came to its end before it must. */
async function inTime(shutdown: Promise<void>): Promise<boolean> {
  try {
    await withDeadline(shutdown, { ms: LAST_ANSWERS_MS, what: "the API" });
    return true;
  } catch {
    return false;
  }
}

class Server implements ApiServer {
  readonly #options: ServeOptions;
  #port: number;
  #running: Running | null = null;
  /** Requests that are being answered. */
  #answering = 0;
  #ready = false;
  #problem: string | null = null;
  /** Another program had the port, so it may have been handed the token. */
  #mustRotate = false;
  #closed = false;
  #seenToken: string;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #tokenWatch: Disposable;
  #work: Promise<void>;
  #tokenWork: Promise<void> = Promise.resolve();

  constructor(options: ServeOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#seenToken = options.token.value();
    this.#work = this.#start();
    this.#tokenWatch = options.token.follow({
      onNotice: () => this.#tokenWork = this.#tokenWork.then(() => this.#checkToken()),
      heartbeat: options.heartbeat,
    });
  }

  state(): ApiState {
    return { listening: this.#ready, port: this.#port, problem: this.#problem };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    this.#tokenWatch[Symbol.dispose]();
    this.#options.live.endStreams();
    await Promise.all([this.#work, this.#tokenWork]);
    await this.#stop();
  }

  async #start(): Promise<void> {
    const { token, log } = this.#options;
    try {
      this.#listen();
    } catch (cause) {
      const taken = isTaken(cause);
      this.#fail(taken ? this.#takenMessage() : this.#refusedMessage(), cause);
      if (taken && !this.#mustRotate) {
        this.#mustRotate = true;
        // At once as well as before serving: the sidecar may be stopped before the port is free.
        await token.rotate().catch((error) => log.error("The API's token stays as it is", error));
      }
      return;
    }
    if (this.#mustRotate) {
      try {
        await token.rotate();
      } catch (cause) {
        await this.#stop();
        this.#fail(
          `The API stays off: another program held port ${this.#port} and may know the token, ` +
            "which cannot be changed. Make the data folder writable.",
          cause,
        );
        return;
      }
      this.#mustRotate = false;
      log.warn(
        `Port ${this.#port} is free again and the API is on. The dock's URL has changed, because ` +
          `the other program may have seen the old one: run ${DOCK_COMMAND_HINT} and put the new ` +
          "URL into OBS (Docks > Custom Browser Docks).",
      );
    }
    this.#problem = null;
    this.#ready = true;
    log.info(`The API is at http://${HOST}:${this.#port}/`);
  }

  /** Binds the port; requests are refused until the server is ready. */
  #listen(): void {
    const abort = new AbortController();
    const handler = async (request: Request): Promise<Response> => {
      if (!this.#ready) return problem(503, "The API starts. Try again in a second.");
      this.#answering++;
      try {
        return await app.fetch(request);
      } finally {
        this.#answering--;
      }
    };
    const server = Deno.serve(
      { hostname: HOST, port: this.#port, signal: abort.signal, onListen() {} },
      handler,
    );
    this.#port = server.addr.port;
    const app = createApp({ ...this.#options, port: this.#port });
    const finished = server.finished.then(() => this.#ended(abort), () => this.#ended(abort));
    this.#running = { abort, finished, shutdown: () => server.shutdown() };
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    this.#ready = false;
    if (running === null) return;
    const isDone = this.#answering > 0 && await inTime(running.shutdown());
    if (!isDone) running.abort.abort();
    await running.finished;
  }

  /** The listener is gone. Unless this was asked for, it is started again. */
  #ended(abort: AbortController): void {
    if (abort.signal.aborted || this.#closed) return;
    this.#running = null;
    this.#ready = false;
    this.#fail(`The API at port ${this.#port} stopped by itself. It is started again.`);
  }

  #fail(message: string, cause?: unknown): void {
    if (this.#problem !== message) this.#options.log.warn(message, cause);
    this.#problem = message;
    if (this.#closed) return;
    this.#retryTimer = setTimeout(() => {
      this.#work = this.#start();
    }, this.#options.retryMs ?? RETRY_MS);
  }

  #takenMessage(): string {
    return `Port ${this.#port} is used by another program, so the dock and the API are off. ` +
      "Close that program, or set another port in config.toml under [api]. " +
      "The port is tried again every few seconds.";
  }

  #refusedMessage(): string {
    return `Cannot listen at port ${this.#port}, so the dock and the API are off. ` +
      "Set another port in config.toml under [api].";
  }

  /** A new token also shuts out whoever follows the events with the old one. */
  async #checkToken(): Promise<void> {
    const { token, live } = this.#options;
    await token.refresh();
    if (token.value() === this.#seenToken) return;
    this.#seenToken = token.value();
    live.endStreams();
  }
}

/**
 * Starts the API at 127.0.0.1. If the port is taken, telemetry goes on without it: `state()` says
 * why, the port is tried again every 5 s, and the token is changed before the first answer.
 */
export function serveApi(options: ServeOptions): ApiServer {
  return new Server(options);
}
