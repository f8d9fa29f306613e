/** Puts the sidecar together: what it watches, what it makes of it, and where that goes. */
import type { Config } from "../shared/config.ts";
import { DOCK_COMMAND_HINT } from "../shared/dock_url.ts";
import { createDockFiles } from "./api/dock_files.ts";
import { type ApiServer, serveApi } from "./api/server.ts";
import type { ConnectionTests } from "./api/tests.ts";
import { openToken } from "./api/token.ts";
import { openMachine } from "./collectors/machine.ts";
import type { Settings } from "./config/settings_file.ts";
import type { DataDir } from "./data_dir/data_dir.ts";
import { logInventory } from "./diagnose/inventory.ts";
import type { Environment } from "./environment.ts";
import { listFolders } from "./files/list_folders.ts";
import { keepReleasingProgramPages } from "./linux/program_pages.ts";
import type { Log } from "./log/log.ts";
import type { LogFile } from "./log/log_file.ts";
import type { Redactor } from "./log/redactor.ts";
import { openNotify } from "./notify/open_notify.ts";
import { obsConfigRoots } from "./obs/config_roots.ts";
import { lookForPrograms } from "./obs/look_for_programs.ts";
import { createObsPrograms, type ObsProgram } from "./obs/obs_programs.ts";
import { Pipeline } from "./pipeline.ts";
import { autoRun, openSidecarPreflight } from "./preflight/open_sidecar_preflight.ts";
import { knownObsRoots } from "./setup/known_roots.ts";
import { createBridgeFile } from "./sinks/bridge_file.ts";
import { latestSnapshot } from "./sinks/latest.ts";
import { readSequence } from "./sinks/read_sequence.ts";
import { type Clock, systemClock } from "./time/clock.ts";
import { withDeadline } from "./time/deadline.ts";
import type { Heartbeat } from "./time/heartbeat.ts";
import { startUpdateCheck } from "./updates/update_check.ts";
import { createLazyVault } from "./vault/lazy_vault.ts";
import { vaultFiles } from "./vault/vault_files.ts";
import { openDockStream } from "./wiring/dock_stream.ts";
import { sidecarNotices } from "./wiring/notices.ts";
import { openCollectors } from "./wiring/open_collectors.ts";
import { openExport } from "./wiring/open_export.ts";
import { openMemory } from "./wiring/open_memory.ts";
import { openObs } from "./wiring/open_obs.ts";

/** What a sidecar is made from. */
export interface SidecarOptions {
  /** The settings in force: the file's, but for what the command line says. */
  config: Config;
  /** config.toml, for who reads or changes it through the API. */
  settings: Settings;
  dataDir: DataDir;
  environment: Environment;
  /** When files are looked at that others change too; ended after the sidecar. */
  heartbeat: Heartbeat;
  log: Log;
  /** Where the log is kept, if it is; told of in the snapshot while it cannot be written. */
  logFile?: Pick<LogFile, "problem">;
  redactor: Redactor;
  clock?: Clock;
  /** Lists the OBS that run; without it they are looked for among this machine's processes. */
  lookForObs?(): ObsProgram[];
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
  const { settings, dataDir, environment, heartbeat, log, logFile, redactor } = options;
  const { clock = systemClock } = options;
  const systemRoot = environment.env("SystemRoot");
  const machine = openMachine({ os: environment.os, systemRoot });
  let current = options.config;
  const config = () => current;

  const secrets = vaultFiles(dataDir.root);
  const vault = createLazyVault(secrets.vault, {
    open: async () => {
      const { openSidecarVault } = await import("./vault/open_sidecar_vault.ts");
      return openSidecarVault(secrets, { environment, heartbeat, log });
    },
    heartbeat,
  });
  const readText = (path: string) => Deno.readTextFile(path);
  const roots = obsConfigRoots(environment);
  const { connection, obs } = openObs({
    places: environment,
    roots: () => knownObsRoots(environment, { dataDir: dataDir.root, readText }),
    running: createObsPrograms({
      look: options.lookForObs ??
        (() => lookForPrograms({ os: environment.os, libc: machine.libc, systemRoot })),
      clock,
    }),
    onChange: () => pipeline.trigger(),
    onConnected: () => void dock.refreshTheme(),
    earlierCounts: (output, renderedFrames) => sessions.handOver(output, renderedFrames),
    ...{ config, vault, redactor, clock, log },
  });
  const dock = openDockStream({
    version: () => settings.version,
    obsRoots() {
      const root = connection.endpoint?.configRoot ?? null;
      return root === null ? roots : [root, ...roots];
    },
    ...{ config, readText },
  });
  const { live } = dock;
  const latest = latestSnapshot();
  const { libc } = machine;
  const pages = libc === null ? null : keepReleasingProgramPages({ libc, log });
  const preflight = openSidecarPreflight({
    path: dataDir.preflight,
    latest: () => latest.snapshot?.telemetry ?? null,
    publish: (report) => live.publish("preflight", report),
    onEnded: () => pages?.soon(),
    files: { readText, listFolders },
    ...{ config, connection, obs, vault, machine, environment, redactor, clock, log },
  });

  const token = await openToken(dataDir.token);
  redactor.add(token.value());
  const { hostName } = environment;
  const notify = openNotify({ config, hostName, vault, redactor, clock, log });
  const memory = openMemory({
    path: dataDir.history,
    onAlert: (event) => notify.take(event),
    ...{ config, connection, obs, live, clock, log },
  });
  const { history, sessions } = memory;
  const { metricsExport, scrapeFormat } = await openExport({
    instanceId: dataDir.instanceId,
    ...{ config, history, vault, environment, redactor, clock, log },
  });
  const updates = startUpdateCheck({
    settings: () => current.updates,
    path: dataDir.updates,
    fetch,
    clock,
    log,
  });
  const pipeline = new Pipeline({
    collectors: openCollectors({ config, machine, obs, preflight, environment, clock, log }),
    judge: memory.judge,
    sinks: [createBridgeFile(dataDir.bridge), latest, live, ...memory.sinks],
    clock,
    log,
    tickMs: current.engine.bridge_update_rate,
    lastSequence: await readSequence(dataDir.bridge),
    notices: () =>
      sidecarNotices({
        api: api.state(),
        logProblem: logFile?.problem ?? null,
        vaultProblem: vault.problem(),
        passwordProblem: connection.passwordNotice,
        notifyProblem: notify.problem(),
        historyProblem: history.problem,
        exportProblem: metricsExport.problem,
        updateNotice: updates.notice(),
      }),
  });
  const tests: ConnectionTests = {
    obs: async () => {
      const { testConnection } = await import("./obs/test_connection.ts");
      return testConnection({ connection });
    },
    metrics: async () => {
      const { testPush } = await import("./otlp/test_push.ts");
      const { protocol } = current.grafana;
      const result = await testPush({ vault, protocol, fetch, redactor });
      if (result.ok) metricsExport.refresh();
      return result;
    },
    notify: () => notify.test(),
  };
  const dockFiles = createDockFiles({ base: new URL("dock/", environment.dist) });
  const serve = () =>
    serveApi({
      port: current.api.port,
      latest: () => latest.snapshot,
      history: history.source,
      alerts: history.alerts,
      exportState: () => metricsExport.state(),
      ...{ token, live, settings, vault, sessions, tests, preflight, scrapeFormat, dockFiles },
      ...{ heartbeat, clock, log },
    });
  let api = serve();
  connection.start();
  void dock.refreshTheme();
  await pipeline.start();
  const stopping = new AbortController();
  const isFound = () => connection.session !== null;
  const ranAtStart = current.preflight.auto_run && current.preflight.enabled
    ? autoRun(preflight, { isFound, signal: stopping.signal, log })
    : null;
  const { inventoryCommand: command } = environment;
  const inventory = command === null ? null : logInventory({ command, log });

  async function take(next: Config): Promise<void> {
    const before = current;
    current = next;
    memory.settingsChanged();
    notify.settingsChanged();
    if (next.engine.bridge_update_rate !== before.engine.bridge_update_rate) {
      pipeline.setTick(next.engine.bridge_update_rate);
    }
    if (next.obs.host !== before.obs.host || next.obs.port !== before.obs.port) {
      connection.reconnect();
    }
    metricsExport.refresh();
    const { check, url } = next.updates;
    if (check !== before.updates.check || url !== before.updates.url) void updates.refresh();
    // Together with the rest, unless OBS's files are slow to read.
    await withDeadline(dock.refreshTheme(), { ms: 1000, what: "OBS's settings" }).catch(() => {});
    dock.publishConfig();
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
      memory.end();
      await notify.close();
      stopping.abort();
      await ranAtStart;
      await preflight.close();
      const inventoryEnded = inventory?.stop();
      pages?.stop();
      await updates.stop();
      await pipeline.stop();
      await api.close();
      await metricsExport.stop();
      await history.close();
      await inventoryEnded;
      await vault.close();
      machine.close();
    },
  };
}
