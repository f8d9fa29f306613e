/** VictoriaMetrics: a real OTLP backend that answers as Prometheus does. */
import { freePort } from "./ports.ts";
import { type PeerProcess, startProcess } from "./process.ts";
import { type PrometheusApi, prometheusApi } from "./prometheus_api.ts";
import { trixieProgram } from "./trixie_program.ts";
import { until } from "./until.ts";

/** A running VictoriaMetrics with an empty store. Disposing of it deletes that. */
export interface VictoriaMetrics extends PrometheusApi, AsyncDisposable {
  readonly process: PeerProcess;
  /** Ends it; what it stored stays. */
  stop(): Promise<void>;
  /** Starts it again after `stop`, at the same address and with what it had stored. */
  start(): Promise<void>;
  /** Where OTLP goes, as a user enters it. */
  readonly otlpUrl: string;
  /** Makes what came so far visible to queries. */
  flush(): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startVictoriaMetrics(
  { args = [] }: { args?: readonly string[] } = {},
): Promise<VictoriaMetrics> {
  const program = await trixieProgram("victoria-metrics", "victoria-metrics");
  const folder = await Deno.makeTempDir({ prefix: "victoria_metrics_" });
  const port = freePort();
  const origin = `http://127.0.0.1:${port}`;
  const launch = () =>
    startProcess(program, {
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
  let process = launch();

  async function flush(): Promise<void> {
    const response = await fetch(`${origin}/internal/force_flush`);
    await response.body?.cancel();
  }

  async function answers(): Promise<void> {
    try {
      await until(async () => {
        const response = await fetch(`${origin}/health`);
        await response.body?.cancel();
        return response.ok;
      }, { what: "VictoriaMetrics answers" });
    } catch (error) {
      throw new Error(`VictoriaMetrics does not start: ${process.output()}`, { cause: error });
    }
  }

  async function stop(): Promise<void> {
    await process.stop({ signal: "SIGTERM", graceMs: 5000 });
  }

  async function dispose(): Promise<void> {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }

  try {
    await answers();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    ...prometheusApi(origin),
    get process() {
      return process;
    },
    stop,
    async start() {
      process = launch();
      await answers();
    },
    otlpUrl: `${origin}/opentelemetry`,
    flush,
    [Symbol.asyncDispose]: dispose,
  };
}
