/** Throughput of the machine's network interfaces, and the round trip to the active ingest. */
import type { NetworkTelemetry } from "../../shared/telemetry.ts";
import type { Log } from "../log/log.ts";
import type { Ingest } from "../obs/ingest.ts";
import type { Clock } from "../time/clock.ts";
import type { Collector } from "./collector.ts";
import { type Connect, createLatencyProbe } from "./latency.ts";

/** Readings closer than this to the one before are not taken: the last figures stay. */
const MIN_STEP_MS = 250;

/** Rates are means over the shortest run of readings that is at least this long. */
const WINDOW_MS = 1000;

/** No streaming machine moves more than this on one interface, 100 Gbit/s: the counter lied. */
const MAX_BYTES_PER_MS = 12_500_000;

/** What one interface has moved since some moment of its own. */
export interface InterfaceCounters {
  /** Stays the same as long as the interface is the same one. */
  id: string;
  receivedBytes: number;
  sentBytes: number;
}

/** What a platform tells of the network. */
export interface NetworkSource {
  /**
   * Counters of the interfaces that lead out of the machine, each byte in one of them only.
   * @throws if the system refuses.
   */
  counters(): InterfaceCounters[] | Promise<InterfaceCounters[]>;
}

/** What goes through the interfaces. */
export interface Throughput {
  /** Bits a second, in millions. */
  uploadMbps: number;
  downloadMbps: number;
  /** Since the first reading. */
  sentBytes: number;
  receivedBytes: number;
}

/**
 * Returns a function that turns readings of the counters into rates over the last 1 to 2 s and
 * into totals, null before the second reading. Interfaces may come and go, and counters may start again: such a step
 * adds nothing.
 */
export function createThroughputMeter(): (
  counters: readonly InterfaceCounters[],
  atMs: number,
) => Throughput | null {
  let before = new Map<string, InterfaceCounters>();
  const readings: { atMs: number; received: number; sent: number }[] = [];

  return (counters, atMs) => {
    const previous = readings.at(-1);
    const most = previous === undefined ? 0 : (atMs - previous.atMs) * MAX_BYTES_PER_MS;
    let { received, sent } = previous ?? { received: 0, sent: 0 };
    const now = new Map<string, InterfaceCounters>();
    for (const item of counters) {
      now.set(item.id, item);
      const old = before.get(item.id);
      if (old === undefined) continue;
      const down = item.receivedBytes - old.receivedBytes;
      const up = item.sentBytes - old.sentBytes;
      if (down >= 0 && down <= most) received += down;
      if (up >= 0 && up <= most) sent += up;
    }
    before = now;
    readings.push({ atMs, received, sent });
    while (readings.length > 2 && atMs - readings[1]!.atMs >= WINDOW_MS) readings.shift();
    const first = readings[0]!;
    const elapsedMs = atMs - first.atMs;
    if (elapsedMs <= 0) return null;
    return {
      uploadMbps: mbps(sent - first.sent, elapsedMs),
      downloadMbps: mbps(received - first.received, elapsedMs),
      sentBytes: sent,
      receivedBytes: received,
    };
  };
}

function mbps(bytes: number, ms: number): number {
  return Math.round(bytes * 8 / ms) / 1000;
}

/** What the network collector needs. */
export interface NetworkCollectorOptions {
  source: NetworkSource;
  /** The server that OBS streams to now; null while it streams to none. */
  ingest: () => Ingest | null;
  /** Opens a TCP connection, as `Deno.connect` does. */
  connect: Connect;
  clock: Clock;
  log: Log;
  /** What the last bandwidth test found; null without one. */
  capacity?: () => { mbps: number; ageS: number } | null;
}

/** Creates the collector of the network's figures. */
export function createNetworkCollector(
  { source, ingest, connect, clock, log, capacity = () => null }: NetworkCollectorOptions,
): Collector<NetworkTelemetry> {
  const latency = createLatencyProbe({ ingest, connect, clock, log });
  const meter = createThroughputMeter();
  let readAtMs = -Infinity;
  let rates: Throughput | null = null;

  return {
    name: "network",
    async collect() {
      const latencyMs = latency.latencyMs();
      const startMs = clock.monotonic();
      if (startMs - readAtMs >= MIN_STEP_MS) {
        const counters = await source.counters();
        readAtMs = clock.monotonic();
        rates = meter(counters, readAtMs);
      }
      const tested = capacity();
      return {
        upload_speed_mbps: rates?.uploadMbps ?? null,
        download_speed_mbps: rates?.downloadMbps ?? null,
        sent_bytes: rates?.sentBytes ?? null,
        received_bytes: rates?.receivedBytes ?? null,
        latency_ms: latencyMs,
        upload_capacity_mbps: tested?.mbps ?? null,
        upload_capacity_age_s: tested?.ageS ?? null,
      };
    },
    close: () => latency.close(),
  };
}
