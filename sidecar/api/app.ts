import { Hono } from "hono/tiny";
import { API_PATHS } from "../../shared/api_paths.ts";
import type { ExportState } from "../../shared/export_state.ts";
import type { Settings } from "../config/settings_file.ts";
import type { AlertStore } from "../history/alert_store.ts";
import type { HistorySource } from "../history/history_source.ts";
import type { Log } from "../log/log.ts";
import type { PreflightRuns } from "../preflight/preflight_runs.ts";
import type { Sessions } from "../sessions/open_sessions.ts";
import type { LiveStream } from "../sinks/live.ts";
import type { Snapshot } from "../sinks/sink.ts";
import type { Clock } from "../time/clock.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { createAlerts } from "./alerts.ts";
import { createConfig } from "./config.ts";
import { createCredentials } from "./credentials.ts";
import { createDock } from "./dock.ts";
import type { DockFiles } from "./dock_files.ts";
import { createEvents } from "./events.ts";
import { createExport } from "./export.ts";
import { createGuard } from "./guard.ts";
import { createHealth } from "./health.ts";
import { createHistory } from "./history.ts";
import { createMetrics, type MetricsOptions } from "./metrics.ts";
import { createPreflight } from "./preflight.ts";
import { problem } from "./problem.ts";
import { requestTarget } from "./request_target.ts";
import { createSessions } from "./sessions.ts";
import { createTelemetry } from "./telemetry.ts";
import { type ConnectionTests, createTests } from "./tests.ts";
import type { ApiToken } from "./token.ts";

/** What the API needs. */
export interface AppOptions {
  /** Port that the API is reached at; requests that name another one are refused. */
  port: number;
  token: Pick<ApiToken, "matches">;
  /** The newest snapshot; null before the first. */
  latest: () => Snapshot | null;
  live: Pick<LiveStream, "subscribe" | "subscribers">;
  settings: Settings;
  vault: Pick<LazyVault, "find" | "open">;
  history: HistorySource;
  /** How the export of figures fares. */
  exportState(): ExportState;
  sessions: Sessions;
  alerts: Pick<AlertStore, "list">;
  tests: ConnectionTests;
  preflight: PreflightRuns;
  scrapeFormat: MetricsOptions["scrapeFormat"];
  dockFiles: DockFiles;
  clock: Clock;
  log: Pick<Log, "warn" | "error">;
}

/** On every answer. No header of CORS is ever among them. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Makes the HTTP API: the guard before everything, then one resource after another. */
export function createApp(options: AppOptions): Hono {
  const { port, token, latest, live, settings, vault, history, tests, preflight } = options;
  const { sessions, scrapeFormat, dockFiles, clock, log } = options;
  const guard = createGuard({ port, token, clock, log });
  // The path is matched as it was sent. Hono's own way decodes it, and the guard would then have
  // judged another path than the one that is routed.
  const app = new Hono({ getPath: (request) => requestTarget(request.url)?.path ?? "/" });
  app.use(async (context, next) => {
    const refusal = await guard(context.req.raw);
    if (refusal === null) await next();
    else context.res = refusal;
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
  });
  app.route(API_PATHS.health, createHealth());
  app.route(API_PATHS.telemetry, createTelemetry({ latest }));
  app.route(API_PATHS.events, createEvents({ live }));
  app.route(API_PATHS.config, createConfig({ settings, vault }));
  app.route(API_PATHS.credentials, createCredentials({ settings, vault }));
  app.route(API_PATHS.history, createHistory({ history, clock }));
  app.route(API_PATHS.export, createExport({ state: options.exportState }));
  app.route(API_PATHS.sessions, createSessions({ sessions, clock }));
  app.route(API_PATHS.alerts, createAlerts({ alerts: options.alerts }));
  app.route(API_PATHS.tests, createTests({ tests }));
  app.route(API_PATHS.preflight, createPreflight({ preflight }));
  app.route(API_PATHS.metrics, createMetrics({ latest, scrapeFormat }));
  app.route("/", createDock({ files: dockFiles, log }));
  app.notFound(() => problem(404, "There is no such resource."));
  app.onError((error) => {
    log.error("A request to the API failed because of a fault in the sidecar", error);
    return problem(500, "The sidecar made a mistake; its log says which.");
  });
  return app;
}
