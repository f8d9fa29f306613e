/** The round trip to the ingest server, as the time a TCP connection takes to open. */
import type { Log } from "../log/log.ts";
import type { Ingest } from "../obs/ingest.ts";
import type { Clock } from "../time/clock.ts";

/** From the start of one measurement to the start of the next. */
const PERIOD_MS = 5000;

/** After this the name is resolved anew: ingest services move their traffic about. */
const ADDRESS_LIFE_MS = 5 * 60_000;

/** An older figure no longer says anything about now. */
const FIGURE_LIFE_MS = 30_000;

/** An open connection, as far as the probe needs it. */
export interface Connection {
  readonly remoteAddr: Deno.Addr;
  close(): void;
}

/** Opens a TCP connection; `Deno.connect` is one. */
export type Connect = (
  options: { hostname: string; port: number; signal: AbortSignal },
) => Promise<Connection>;

/** What a latency probe needs. */
export interface LatencyProbeOptions {
  /** The server that OBS streams to now; null while it streams to none. */
  ingest: () => Ingest | null;
  connect: Connect;
  clock: Clock;
  log: Log;
  /** How long one measurement may take, resolving the name included. */
  deadlineMs?: number;
}

/** Measures in the background. */
export interface LatencyProbe {
  /**
   * The last round trip in milliseconds, null if there is none from the last 30 s. Begins a new
   * measurement when one is due, and never waits for it.
   */
  latencyMs(): number | null;
  /** Ends a running measurement. */
  close(): Promise<void>;
}

/** One ingest under watch. A new ingest gets a new one, so late results have nowhere to land. */
interface Target extends Ingest {
  stop: AbortController;
  /** Where the name led to, and when. */
  address: { hostname: string; atMs: number } | null;
  startedMs: number;
  running: Promise<void> | null;
  figure: { ms: number; atMs: number } | null;
  failing: boolean;
}

/** Creates the probe; nothing happens until `latencyMs` is called. */
export function createLatencyProbe(
  { ingest, connect, clock, log, deadlineMs = 3000 }: LatencyProbeOptions,
): LatencyProbe {
  let target: Target | null = null;

  /** Connects, and tells the address that was reached. */
  async function touch(hostname: string, port: number, signal: AbortSignal): Promise<string> {
    const connection = await connect({ hostname, port, signal });
    try {
      const { remoteAddr } = connection;
      return "hostname" in remoteAddr ? remoteAddr.hostname : hostname;
    } finally {
      connection.close();
    }
  }

  /** Resolving a name is no part of the round trip: the connection that does it does not count. */
  async function measure(watched: Target): Promise<void> {
    const { host, port, stop } = watched;
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new Error(`No answer within ${deadlineMs / 1000} s`)),
      deadlineMs,
    );
    const signal = AbortSignal.any([stop.signal, late.signal]);
    try {
      const { address } = watched;
      if (address === null || clock.monotonic() - address.atMs >= ADDRESS_LIFE_MS) {
        const hostname = await touch(host, port, signal);
        watched.address = { hostname, atMs: clock.monotonic() };
      }
      const startMs = clock.monotonic();
      await touch(watched.address!.hostname, port, signal);
      const atMs = clock.monotonic();
      watched.figure = { ms: Math.round((atMs - startMs) * 10) / 10, atMs };
      if (watched.failing) log.info(`The ingest ${host}:${port} can be reached again`);
      watched.failing = false;
    } catch (error) {
      watched.address = null;
      if (!stop.signal.aborted && !watched.failing) {
        watched.failing = true;
        log.warn(
          `Cannot measure the round trip to the ingest ${host}:${port}: it does not take the ` +
            "connection; the figure stays empty until it does",
          error,
        );
      }
    } finally {
      clearTimeout(timer);
      watched.running = null;
    }
  }

  function follow(next: Ingest | null): Target | null {
    if (target?.host === next?.host && target?.port === next?.port) return target;
    target?.stop.abort();
    target = next === null ? null : {
      host: next.host,
      port: next.port,
      stop: new AbortController(),
      address: null,
      startedMs: -Infinity,
      running: null,
      figure: null,
      failing: false,
    };
    return target;
  }

  return {
    latencyMs() {
      const watched = follow(ingest());
      if (watched === null) return null;
      const nowMs = clock.monotonic();
      if (watched.running === null && nowMs - watched.startedMs >= PERIOD_MS) {
        watched.startedMs = nowMs;
        watched.running = measure(watched);
      }
      const { figure } = watched;
      return figure === null || nowMs - figure.atMs > FIGURE_LIFE_MS ? null : figure.ms;
    },
    async close() {
      const running = target?.running;
      follow(null);
      await running;
    },
  };
}
