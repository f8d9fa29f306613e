/** Puts the sidecar together: what it watches, what it makes of it, and where that goes. */
import { createDockFiles } from "./api/dock_files.ts";
import { type ApiServer, serveApi } from "./api/server.ts";
import { openToken } from "./api/token.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Collectors } from "./collectors/collector.ts";
import { createGpuCollector, NO_GPUS } from "./collectors/gpu.ts";
import { gpuSources } from "./collectors/gpu_sources.ts";
import { openMachine } from "./collectors/machine.ts";
import { createNetworkCollector } from "./collectors/network.ts";
import { ObsCollector } from "./collectors/obs.ts";
import { createSwitchedCollector } from "./collectors/switched.ts";
import { createSystemCollector } from "./collectors/system.ts";
import type { Settings } from "./config/settings_file.ts";
import { createDockTheme } from "./dock_theme.ts";
import type { ConfigEvent } from "../shared/api.ts";
import { DOCK_COMMAND_HINT } from "../shared/dock_url.ts";
import { BUILD_ID } from "../shared/build_id.ts";
import type { Config } from "../shared/config.ts";
import type { DataDir } from "./data_dir.ts";
import { withDeadline } from "./deadline.ts";
import type { Environment } from "./environment.ts";
import { openHistory } from "./history/open_history.ts";
import { Judge } from "./health/judge.ts";
import { RULES } from "./health/rules.ts";
import { alertSettings } from "./health/thresholds.ts";
import { logInventory } from "./inventory.ts";
import { keepReleasingProgramPages } from "./linux/program_pages.ts";
import type { Log } from "./log.ts";
import { listFolders } from "./list_folders.ts";
import type { LogFile } from "./log_file.ts";
import { sidecarNotices } from "./notices.ts";
import { platformOfOutput } from "./obs/platform_of_output.ts";
import { obsConfigRoots } from "./obs/config_roots.ts";
import { ObsConnection } from "./obs/connection.ts";
import { createEndpointFinder } from "./obs/find_endpoints.ts";
import { createVaultPassword } from "./obs/vault_password.ts";
import { Pipeline } from "./pipeline.ts";
import { autoRun, openSidecarPreflight } from "./preflight/open_sidecar_preflight.ts";
import { readSequence } from "./read_sequence.ts";
import type { Redactor } from "./redactor.ts";
import { createAlertEvents } from "./sinks/alert_events.ts";
import { createBridgeFile } from "./sinks/bridge_file.ts";
import { latestSnapshot } from "./sinks/latest.ts";
import { createLiveStream } from "./sinks/live.ts";
import { startUpdateCheck } from "./updates/update_check.ts";
import { createLazyVault } from "./vault/lazy_vault.ts";
import { vaultFiles } from "./vault/vault_files.ts";

/** What a sidecar is made from. */
export interface SidecarOptions {
  /** The settings in force: the file's, but for what the command line says. */
  config: Config;
  /** config.toml, for who reads or changes it through the API. */
  settings: Settings;
  dataDir: DataDir;
  environment: Environment;
  log: Log;
  /** Where the log is kept, if it is; told of in the snapshot while it cannot be written. */
  logFile?: Pick<LogFile, "problem">;
  redactor: Redactor;
  clock?: Clock;
}

/** A running sidecar. */
export interface Sidecar {
  readonly api: ApiServer;
  /**
   * Takes the settings of a new version of the file; resolves when they are in force. Only what must
   * be is begun anew. To a new port the API moves after that, so that whoever asked for it through
   * the API still gets the answer.
   */
  apply(config: Config): Promise<void>;
  /** The API's token as it is now; for the user, not for the log. */
  token(): string;
  /** Publishes a last snapshot that says so, and gives everything back. */
  stop(): Promise<void>;
}

/** Starts the sidecar. Resolves when the first snapshot is in bridge.json. */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { settings, dataDir, environment, log, logFile, redactor, clock = systemClock } = options;
  const machine = openMachine({ os: environment.os, systemRoot: environment.env("SystemRoot") });
  let { config } = options;
  let alerts = alertSettings(config.alerts);

  const secrets = vaultFiles(dataDir.root);
  const vault = createLazyVault(secrets.vault, {
    open: async () => {
      const { openSidecarVault } = await import("./vault/open_sidecar_vault.ts");
      return openSidecarVault(secrets, { environment, log });
    },
  });
  const roots = obsConfigRoots(environment);
  const connection = new ObsConnection({
    findEndpoints: createEndpointFinder({
      roots,
      address: () => config.obs,
      vaultPassword: createVaultPassword({
        vault,
        host: () => config.obs.host,
        onChange: () => connection.tryAgain(),
        redactor,
        log,
      }),
      readText: (path) => Deno.readTextFile(path),
      redactor,
      log,
    }),
    onChange() {
      pipeline.trigger();
      if (connection.session !== null) void theme.refresh();
    },
    onEvent: (event, data) => {
      if (obs.handleEvent(event, data)) pipeline.trigger();
    },
    log,
  });
  const files = { readText: (path: string) => Deno.readTextFile(path), listFolders };
  const obs = new ObsCollector({
    connection,
    files,
    clock,
    platformOf: (output) => platformOfOutput(output, config.platforms),
  });
  const latest = latestSnapshot();
  const { libc } = machine;
  const pages = libc === null ? null : keepReleasingProgramPages({ libc, log });
  const preflight = openSidecarPreflight({
    path: dataDir.preflight,
    config: () => config,
    latest: () => latest.snapshot?.telemetry ?? null,
    publish: (report) => live.publish("preflight", report),
    onEnded: () => pages?.soon(),
    ...{ connection, obs, vault, files, machine, environment, redactor, clock, log },
  });
  const collectors: Collectors = {
    obs,
    system: createSystemCollector({
      source: machine.system,
      recordDirectory: () => obs.recordDirectory,
      clock,
      log,
    }),
    network: createNetworkCollector({
      source: machine.network,
      ingest: () => obs.activeIngest,
      connect: Deno.connect,
      clock,
      log,
      capacity: () => preflight.capacity(),
    }),
    gpu: createSwitchedCollector({
      name: "gpu",
      isOn: () => config.engine.enable_gpu_metrics,
      make: () =>
        createGpuCollector({ sources: gpuSources({ environment, machine, clock, log }), log }),
      off: NO_GPUS,
    }),
  };

  const token = await openToken(dataDir.token);
  redactor.add(token.value());
  const tickMs = () => config.engine.bridge_update_rate;
  const theme = createDockTheme({
    setting: () => config.dock.theme,
    roots: () => {
      const root = connection.endpoint?.configRoot ?? null;
      return root === null ? roots : [root, ...roots];
    },
    readText: (path) => Deno.readTextFile(path),
    onChange: () => publishConfig(),
  });
  const configEvent = (): ConfigEvent => ({
    build: BUILD_ID,
    tick_ms: tickMs(),
    theme: theme.now,
    version: settings.version,
  });
  const live = createLiveStream({ config: configEvent });
  let published = JSON.stringify(configEvent());
  const publishConfig = () => {
    const event = configEvent();
    if (JSON.stringify(event) === published) return;
    published = JSON.stringify(event);
    live.publish("config", event);
  };
  const alertEvents = createAlertEvents({ publish: (event) => live.publish("alert", event) });
  const history = openHistory({
    path: dataDir.history,
    metricsIntervalS: () => config.engine.metrics_interval,
    clock,
    log,
  });
  const updates = startUpdateCheck({
    settings: () => config.updates,
    path: dataDir.updates,
    fetch,
    clock,
    log,
  });
  const pipeline = new Pipeline({
    collectors,
    judge: new Judge({
      rules: RULES,
      clock,
      settings: () => alerts,
      hasObsExited: () => connection.exited,
      isShutOut: () => connection.shutOut,
    }),
    sinks: [createBridgeFile(dataDir.bridge), latest, live, alertEvents, ...history.sinks],
    clock,
    log,
    tickMs: tickMs(),
    lastSequence: await readSequence(dataDir.bridge),
    notices: () =>
      sidecarNotices({
        api: api.state(),
        logProblem: logFile?.problem ?? null,
        vaultProblem: vault.problem(),
        passwordProblem: connection.passwordNotice,
        updateNotice: updates.notice(),
      }),
  });
  const dockFiles = createDockFiles({ base: new URL("dock/", environment.dist) });
  const serve = () =>
    serveApi({
      port: config.api.port,
      token,
      latest: () => latest.snapshot,
      live,
      settings,
      vault,
      history: history.source,
      tests: {
        obs: async () => {
          const { testConnection } = await import("./obs/test_connection.ts");
          return testConnection({ connection });
        },
        metrics: async () => {
          const { testPush } = await import("./otlp/test_push.ts");
          return testPush({ vault, protocol: config.grafana.protocol, fetch, redactor });
        },
      },
      preflight,
      dockFiles,
      clock,
      log,
    });
  let api = serve();
  connection.start();
  void theme.refresh();
  await pipeline.start();
  const stopping = new AbortController();
  const isFound = () => connection.session !== null;
  const ranAtStart = config.preflight.auto_run && config.preflight.enabled
    ? autoRun(preflight, { isFound, signal: stopping.signal, log })
    : null;
  const { inventoryCommand: command } = environment;
  const inventory = command === null ? null : logInventory({ command, log });

  async function take(next: Config): Promise<void> {
    const before = config;
    config = next;
    alerts = alertSettings(next.alerts);
    if (next.engine.bridge_update_rate !== before.engine.bridge_update_rate) {
      pipeline.setTick(tickMs());
    }
    if (next.obs.host !== before.obs.host || next.obs.port !== before.obs.port) {
      connection.reconnect();
    }
    const { check, url } = next.updates;
    if (check !== before.updates.check || url !== before.updates.url) void updates.refresh();
    // Together with the rest, unless OBS's files are slow to read.
    await withDeadline(theme.refresh(), { ms: 1000, what: "OBS's settings" }).catch(() => {});
    publishConfig();
    if (next.api.port !== before.api.port) moved = moved.then(move);
  }

  async function move(): Promise<void> {
    await api.close();
    api = serve();
    log.info(
      `The dock has a new URL: run ${DOCK_COMMAND_HINT} and put the new URL into OBS (Docks > ` +
        "Custom Browser Docks).",
    );
  }

  let applied = Promise.resolve();
  let moved = Promise.resolve();
  return {
    get api() {
      return api;
    },
    apply(next) {
      const taken = applied.then(() => take(next));
      applied = taken.catch(() => {});
      return taken;
    },
    token: () => token.value(),
    async stop() {
      await applied;
      await moved;
      alertEvents.end();
      stopping.abort();
      await ranAtStart;
      await preflight.close();
      const inventoryEnded = inventory?.stop();
      pages?.stop();
      await updates.stop();
      await pipeline.stop();
      await api.close();
      history.close();
      await inventoryEnded;
      await vault.close();
      machine.close();
    },
  };
}
