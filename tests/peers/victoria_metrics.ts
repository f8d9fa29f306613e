/** VictoriaMetrics: a real OTLP backend that answers as Prometheus does. */
import { freePort } from "./ports.ts";
import { type PeerProcess, startProcess } from "./process.ts";
import { trixieProgram } from "./trixie_program.ts";
import { until } from "./until.ts";

/** One series of an answer: its labels and the figures asked for, times in Unix seconds. */
export interface Series {
  labels: Record<string, string>;
  values: [atS: number, value: number][];
}

/** A moment in Unix seconds. */
export interface When {
  atS: number;
}

/** A running VictoriaMetrics with an empty store. Disposing of it deletes that. */
export interface VictoriaMetrics extends AsyncDisposable {
  readonly process: PeerProcess;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Where OTLP goes, as a user enters it. */
  readonly otlpUrl: string;
  /** Makes what came so far visible to queries. */
  flush(): Promise<void>;
  /** Asks for one figure of each series. */
  query(promql: string, when: When): Promise<Series[]>;
  /** Asks for figures over time. */
  queryRange(
    promql: string,
    span: { fromS: number; toS: number; stepS: number },
  ): Promise<Series[]>;
  /** Labels of the series that match. */
  series(match: string): Promise<Record<string, string>[]>;
  /** Asks any path; the answer's `data`. */
  ask(path: string, parameters: Record<string, string>): Promise<unknown>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startVictoriaMetrics(
  { args = [] }: { args?: readonly string[] } = {},
): Promise<VictoriaMetrics> {
  const program = await trixieProgram("victoria-metrics", "victoria-metrics");
  const folder = await Deno.makeTempDir({ prefix: "victoria_metrics_" });
  const port = freePort();
  const origin = `http://127.0.0.1:${port}`;
  const process = startProcess(program, {
    args: [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${folder}`,
      "-opentelemetry.usePrometheusNaming",
      "-search.latencyOffset=0s",
      "-search.disableCache",
      "-retentionPeriod=100y",
      "-memory.allowedBytes=256MB",
      ...args,
    ],
  });

  async function ask(path: string, parameters: Record<string, string>): Promise<unknown> {
    const response = await fetch(`${origin}${path}?${new URLSearchParams(parameters)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} ${JSON.stringify(parameters)}: ${text}`);
    return JSON.parse(text).data;
  }

  async function flush(): Promise<void> {
    const response = await fetch(`${origin}/internal/force_flush`);
    await response.body?.cancel();
  }

  async function dispose(): Promise<void> {
    await process.stop({ signal: "SIGTERM", graceMs: 5000 });
    await Deno.remove(folder, { recursive: true });
  }

  try {
    await until(async () => {
      const response = await fetch(`${origin}/health`);
      await response.body?.cancel();
      return response.ok;
    }, { what: "VictoriaMetrics answers" });
  } catch (error) {
    await dispose();
    throw new Error(`VictoriaMetrics does not start: ${process.output()}`, { cause: error });
  }
  return {
    process,
    origin,
    otlpUrl: `${origin}/opentelemetry`,
    flush,
    ask,
    query: async (query, { atS }) =>
      seriesOf(await ask("/api/v1/query", { query, time: String(atS) })),
    queryRange: async (query, { fromS, toS, stepS }) =>
      seriesOf(
        await ask("/api/v1/query_range", {
          query,
          start: String(fromS),
          end: String(toS),
          step: String(stepS),
        }),
      ),
    series: async (match) =>
      await ask("/api/v1/series", { "match[]": match, start: "1" }) as Record<string, string>[],
    [Symbol.asyncDispose]: dispose,
  };
}

function seriesOf(data: unknown): Series[] {
  type Value = [number, string];
  const { result } = data as {
    result: { metric: Record<string, string>; value?: Value; values?: Value[] }[];
  };
  return result.map(({ metric, value, values }) => ({
    labels: metric,
    values: (values ?? (value === undefined ? [] : [value]))
      .map(([atS, text]) => [atS, Number(text.replace("Inf", "Infinity"))]),
  }));
}
