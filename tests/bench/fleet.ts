import { FLEET } from "../../sidecar/grafana/fleet_dashboard.ts";
import type { MetricSource } from "../../sidecar/otlp/otlp_metric.ts";
import { APT } from "../counterparts.ts";
import { type Evening, pushEvening } from "../grafana/push_evening.ts";
import { type Board, type BoardQuery, interpolate, queriesOf } from "../grafana/queries_of.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../peers/victoria_metrics.ts";
import { fiveOutputsSnapshot } from "./five_outputs_snapshot.ts";
import { figure, grouped, megabytes, milliseconds, percentiles } from "./format.ts";
import { readTree } from "./process_figures.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const STREAMERS = 200;
const EVERY_S = 10;
/** As much as the fleet's dashboard shows at first. */
const SPAN_S = 3600;
/** Moments in one request, as after an outage. */
const BATCH_S = 600;
/** A panel of half a screen has about so many points. */
const STEP_S = 15;
const ROUNDS = 10;
const VARIABLES = { streamer: ".*", platform: ".*", __rate_interval: "1m", __range: "1h" };

/** Many streamers in one VictoriaMetrics, and how quickly the fleet's dashboard is answered. */
export const fleet: Section = {
  name: "fleet",
  title: `A fleet: ${STREAMERS} streamers in one VictoriaMetrics`,
  needs: [APT],
  run: measure,
};

async function measure({ say }: SectionTools): Promise<Findings> {
  await using store = await startVictoriaMetrics();
  const toS = Math.floor(Date.now() / 1000 / EVERY_S) * EVERY_S;
  const fromS = toS - SPAN_S + EVERY_S;
  say(`an hour of ${STREAMERS} streamers`);
  const pushes: number[] = [];
  for (let atS = fromS; atS <= toS; atS += BATCH_S) {
    for (let i = 0; i < STREAMERS; i++) {
      const evening = streamerNumber(i, {
        fromS: atS,
        toS: Math.min(toS, atS + BATCH_S - EVERY_S),
      });
      const before = performance.now();
      await pushEvening(store.otlpUrl, evening);
      pushes.push(performance.now() - before);
    }
  }
  await store.flush();
  const [stored] = await store.query('count({streamer_id!=""})', { atS: toS });
  const [points] = await store.query(`sum(count_over_time({streamer_id!=""}[${SPAN_S}s]))`, {
    atS: toS,
  });
  say(`the fleet dashboard's queries, ${ROUNDS} times`);
  const queries = queriesOf(FLEET as unknown as Board);
  const rows = await timeQueries(store, { queries, toS });
  const { residentBytes, cpuSeconds } = readTree(store.process.pid);
  return {
    rows: [
      {
        what: "a request of ten minutes of a streamer, taken",
        ...{ promise: "", kept: null, baseline: "" },
        measured: percentiles(summarise(pushes)),
        runs: grouped(pushes.length),
      },
      ...rows,
      {
        what: "VictoriaMetrics after that",
        ...{ promise: "", kept: null, baseline: "", runs: "1" },
        measured: `${megabytes(residentBytes)} of memory, ${figure(cpuSeconds)} s of CPU`,
      },
    ],
    notes: [
      `Each streams to five platforms, records and has a graphics card: ` +
      `${grouped(stored?.values[0]?.[1] ?? 0)} series, ` +
      `${grouped(points?.values[0]?.[1] ?? 0)} points in the hour, pushed by the sidecar's own ` +
      "serialiser. Queries over time are over that hour in steps of 15 s. The store's cache of " +
      "answers is off; store and asker share the machine.",
    ],
  };
}

async function timeQueries(
  store: VictoriaMetrics,
  { queries, toS }: { queries: readonly BoardQuery[]; toS: number },
): Promise<Row[]> {
  const ask = async (expr: string, instant: boolean) => {
    const before = performance.now();
    const found = instant
      ? await store.query(expr, { atS: toS })
      : await store.queryRange(expr, { fromS: toS - SPAN_S, toS, stepS: STEP_S });
    if (found.length === 0) throw new Error(`No answer to ${expr}`);
    return performance.now() - before;
  };
  const askPanel = ({ expr, instant }: BoardQuery) => ask(interpolate(expr, VARIABLES), instant);
  const each = new Map(queries.map((query) => [query, [] as number[]]));
  const whole: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [query, times] of each) times.push(await askPanel(query));
    const before = performance.now();
    await Promise.all(queries.map(askPanel));
    whole.push(performance.now() - before);
    nothing.push(await ask("vector(1)", true));
  }
  const medians = Array.from(each, ([query, times]) => ({ query, p50: summarise(times).p50 }));
  const slowest = medians.reduce((most, next) => next.p50 > most.p50 ? next : most);
  const all = [...each.values()].flat();
  const baseline = `the query "vector(1)": ${milliseconds(summarise(nothing).p50)}`;
  const unpromised = { promise: "", kept: null };
  return [{
    what: `the fleet's dashboard: its ${queries.length} queries at once`,
    ...unpromised,
    measured: `p50 ${figure(summarise(whole).p50)} ms, max ${figure(summarise(whole).max)} ms`,
    baseline: "",
    runs: String(ROUNDS),
  }, {
    what: "one of them by itself",
    ...unpromised,
    measured: percentiles(summarise(all)),
    baseline,
    runs: grouped(all.length),
  }, {
    what: `the slowest: ${slowest.query.panel} ${slowest.query.refId}`,
    ...unpromised,
    measured: `p50 ${milliseconds(slowest.p50)}`,
    baseline,
    runs: String(ROUNDS),
  }];
}

/** One of the streamers for a while; no two have the same figures. */
function streamerNumber(i: number, { fromS, toS }: { fromS: number; toS: number }): Evening {
  const streamer = {
    name: `Streamer ${i}`,
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    hostName: `pc-${i}`,
    os: "windows" as const,
  };
  return { streamer, fromS, toS, everyS: EVERY_S, at: (atS) => momentOf(i, atS) };
}

function momentOf(i: number, atS: number): MetricSource {
  const telemetry = fiveOutputsSnapshot();
  const phase = Math.sin(atS / 97 + i);
  const frames = 60 * (atS % 100_000);
  const { obs, system } = telemetry;
  obs.outputs = (obs.outputs ?? []).map((output, n) => ({
    ...output,
    bitrate_kbps: 5500 + 400 * phase + n,
    total_frames: frames,
    ...(output.kind === "stream"
      ? { dropped_frames: Math.floor(frames * 0.0001 * i), congestion: 0.3 + 0.3 * phase }
      : {}),
  }));
  obs.active_fps = 59 + phase;
  obs.render_total_frames = frames;
  obs.render_lagged_frames = Math.floor(frames * 0.00005 * i);
  obs.encoder_total_frames = frames;
  obs.encoder_skipped_frames = Math.floor(frames * 0.00002 * i);
  system.cpu_usage_percent = 50 + 30 * phase;
  return {
    ...telemetry,
    health: { ...telemetry.health, overall: i % 10 === 0 ? "warning" : "healthy" },
    firing: { info: 0, warning: i % 10 === 0 ? 1 : 0, error: 0, critical: 0 },
    sessionStartMs: 1_790_000_000_000,
  };
}
