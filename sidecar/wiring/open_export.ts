import type { Config } from "../../shared/config.ts";
import type { MetricsOptions } from "../api/metrics.ts";
import { openInstanceId } from "../data_dir/instance_id.ts";
import type { Environment } from "../environment.ts";
import type { Log } from "../log/log.ts";
import type { Redactor } from "../log/redactor.ts";
import { type MetricsExport, startMetricsExport } from "../otlp/metrics_export.ts";
import type { Clock } from "../time/clock.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import type { OpenHistory } from "./open_history.ts";

/** What gives the figures to others: those who are sent them, and those who fetch them. */
export interface Export {
  readonly metricsExport: MetricsExport;
  readonly scrapeFormat: MetricsOptions["scrapeFormat"];
}

/** What that needs. */
export interface ExportOptions {
  config(): Config;
  /** The file with the name of this machine among all. */
  instanceId: string;
  history: OpenHistory;
  vault: LazyVault;
  environment: Environment;
  redactor: Redactor;
  clock: Clock;
  log: Log;
}

/** Starts the export; what it needs is loaded when there is somewhere to send to, or somebody asks. */
export async function openExport(options: ExportOptions): Promise<Export> {
  const { config, history, vault, environment, redactor, clock, log } = options;
  const { database, writer } = history;
  const { hostName, os } = environment;
  const id = await openInstanceId(options.instanceId);
  const streamer = () => ({ name: config().engine.streamer_name ?? hostName, id, hostName, os });
  return {
    metricsExport: startMetricsExport({
      ...{ database, writer, vault, redactor, fetch, clock, random: Math.random, log, streamer },
      settings: () => config().grafana,
    }),
    async scrapeFormat() {
      const { createScrapeFormat } = await import("../otlp/scrape_format.ts");
      return createScrapeFormat({ streamer, database });
    },
  };
}
