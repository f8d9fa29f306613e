import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { History } from "../../shared/api.ts";
import { staleAfterMs } from "../../shared/staleness.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { HistoryRing } from "./history_ring.ts";
import type { Link } from "./link.ts";
import { bitrateMetric, isSending, samplesOf } from "./samples.ts";

/** Asks the sidecar for the last 15 minutes of a figure; null if it does not keep that figure. */
export type LoadHistory = (metric: string) => Promise<History | null>;

/** An output that sends over the network, or did within the last 15 minutes. */
export interface KnownOutput {
  name: string;
  targetKbps: number | null;
}

/** The last 15 minutes, always up to date. */
export interface HistoryFeed {
  ring: HistoryRing;
  /** By id: every output whose bitrate the ring has, as it was last seen. */
  outputs: ReadonlyMap<string, KnownOutput>;
  /** Changes when the ring has a new bucket or was filled: at most every 2 s. */
  version: ReadonlySignal<number>;
  close(): void;
}

/**
 * Keeps the last 15 minutes: what the sidecar kept, asked for one figure after the other whenever
 * the link comes (back) to life or a figure comes up later, and what the live stream brings since.
 */
export function createHistoryFeed(
  { link, load }: { link: Pick<Link, "state" | "telemetry" | "config">; load: LoadHistory },
): HistoryFeed {
  const ring = new HistoryRing();
  const outputs = new Map<string, KnownOutput>();
  const version = signal(0);
  const isLive = computed(() => link.state.value.kind === "live");
  const asked = new Set<string>();
  /** Counts the times that everything was asked for anew. */
  let turn = 0;
  /** The turn whose figures are being asked for. */
  let filling = 0;
  let lastSequence = -1;

  function patienceMs(): number {
    return staleAfterMs(link.config.peek()?.tick_ms ?? 0);
  }

  function take(telemetry: Telemetry): void {
    if (telemetry.sequence === lastSequence) return;
    lastSequence = telemetry.sequence;
    const move = ring.advance(telemetry.written_at_ms, { patienceMs: patienceMs() });
    for (const [metric, value] of samplesOf(telemetry)) ring.add(metric, value);
    remember(telemetry);
    if (isLive.peek()) {
      if (move === "restarted") refill();
      else fill();
    }
    if (move !== "same") version.value = version.peek() + 1;
  }

  function remember({ obs }: Telemetry): void {
    for (const output of (obs.outputs ?? []).filter(isSending)) {
      outputs.set(output.id, { name: output.name, targetKbps: output.target_bitrate_kbps });
    }
    for (const id of outputs.keys()) if (!ring.has(bitrateMetric(id))) outputs.delete(id);
  }

  /** Asks for everything anew. */
  function refill(): void {
    turn++;
    asked.clear();
    fill();
  }

  function nextMetric(): string | undefined {
    const telemetry = link.telemetry.peek();
    return telemetry === null
      ? undefined
      : samplesOf(telemetry).find(([metric]) => !asked.has(metric))?.[0];
  }

  /** Asks for the figures that have come up since the link is live. */
  async function fill(): Promise<void> {
    const mine = turn;
    let metric = nextMetric();
    if (filling === mine || metric === undefined) return;
    filling = mine;
    for (; metric !== undefined; metric = nextMetric()) {
      asked.add(metric);
      let history: History | null;
      try {
        history = await load(metric);
      } catch {
        // It stays at filling: to go on before the link is back would be refused as often as asked.
        break;
      }
      if (turn !== mine || !isLive.peek()) return;
      if (history !== null) ring.load({ ...history, metric }, { patienceMs: patienceMs() });
    }
    if (metric === undefined) filling = 0;
    version.value = version.peek() + 1;
  }

  const ends = [
    effect(() => {
      const telemetry = link.telemetry.value;
      if (telemetry !== null) untracked(() => take(telemetry));
    }),
    effect(() => {
      if (isLive.value) untracked(refill);
    }),
  ];
  return {
    ring,
    outputs,
    version,
    close() {
      turn++;
      for (const end of ends) end();
    },
  };
}
