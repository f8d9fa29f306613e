/** Questions to Prometheus, or to a store that answers as it does. */

/** One series of an answer: its labels and the figures asked for, times in Unix seconds. */
export interface Series {
  labels: Record<string, string>;
  values: [atS: number, value: number][];
}

/** A moment in Unix seconds. */
export interface When {
  atS: number;
}

/** A store that can be asked. */
export interface PrometheusApi {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
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

/** Asks the store at an address. */
export function prometheusApi(origin: string): PrometheusApi {
  async function ask(path: string, parameters: Record<string, string>): Promise<unknown> {
    const response = await fetch(`${origin}${path}?${new URLSearchParams(parameters)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} ${JSON.stringify(parameters)}: ${text}`);
    return JSON.parse(text).data;
  }

  return {
    origin,
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
    // A begin of 0 means "five minutes ago" to VictoriaMetrics.
    series: async (match) =>
      await ask("/api/v1/series", { "match[]": match, start: "1" }) as Record<string, string>[],
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
