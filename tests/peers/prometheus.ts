/** Prometheus with figures of the past in its store. Debian's takes no OTLP, so they are backfilled. */
import { freePort } from "./ports.ts";
import { startProcess } from "./process.ts";
import { type PrometheusApi, prometheusApi } from "./prometheus_api.ts";
import { promtool } from "./promtool.ts";
import { trixieProgram } from "./trixie_program.ts";
import { until } from "./until.ts";

/** A running Prometheus. Disposing of it deletes its store. */
export interface Prometheus extends PrometheusApi, AsyncDisposable {}

/** Starts it on a free port of 127.0.0.1. @param openMetrics figures with times, in OpenMetrics */
export async function startPrometheus(openMetrics: string): Promise<Prometheus> {
  const program = await trixieProgram("prometheus", "prometheus");
  const folder = await Deno.makeTempDir({ prefix: "prometheus_" });
  const origin = `http://127.0.0.1:${freePort()}`;
  const file = `${folder}/figures.txt`;
  const config = `${folder}/prometheus.yml`;
  await Deno.writeTextFile(file, openMetrics);
  await Deno.writeTextFile(config, "global: {}\n");
  const filled = await promtool([
    ...["tsdb", "create-blocks-from", "openmetrics", file, `${folder}/data`],
  ]);
  if (filled.code !== 0) throw new Error(`promtool takes no figures: ${filled.output}`);
  const process = startProcess(program, {
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${folder}/data`,
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=${new URL(origin).host}`,
    ],
  });
  async function dispose(): Promise<void> {
    await process.stop({ signal: "SIGTERM", graceMs: 5000 });
    await Deno.remove(folder, { recursive: true });
  }
  try {
    await until(async () => {
      const response = await fetch(`${origin}/-/ready`);
      await response.body?.cancel();
      return response.ok;
    }, { what: "Prometheus answers" });
  } catch (error) {
    await dispose();
    throw new Error(`Prometheus does not start: ${process.output()}`, { cause: error });
  }
  return { ...prometheusApi(origin), [Symbol.asyncDispose]: dispose };
}
