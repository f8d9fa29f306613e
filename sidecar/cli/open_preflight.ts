/** What `deno task preflight` looks with: an OBS connection and a machine of its own. */
import type { Config } from "../../shared/config.ts";
import type { PreflightReport } from "../../shared/preflight.ts";
import { createGpuCollector } from "../collectors/gpu.ts";
import { NO_GPUS } from "../collectors/gpu_source.ts";
import { gpuSources } from "../collectors/gpu_sources.ts";
import { openMachine } from "../collectors/machine.ts";
import { createNetworkCollector } from "../collectors/network.ts";
import { createSwitchedCollector } from "../collectors/switched.ts";
import { createSystemCollector } from "../collectors/system.ts";
import type { DataDir } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { listFolders } from "../files/list_folders.ts";
import { createLog } from "../log/log.ts";
import { Redactor } from "../log/redactor.ts";
import { createEndpointFinder } from "../obs/find_endpoints.ts";
import { lookForPrograms } from "../obs/look_for_programs.ts";
import { createObsPrograms } from "../obs/obs_programs.ts";
import { createVaultPassword } from "../obs/vault_password.ts";
import { testPush } from "../otlp/test_push.ts";
import { measureMachine } from "../preflight/machine/measure_machine.ts";
import { createTwitchIngests } from "../preflight/network/twitch_ingests.ts";
import { gatedAccess } from "../preflight/obs/gated_access.ts";
import { type OpenedObs, openObs } from "../preflight/obs/open_obs.ts";
import { prepareChecks, type PreparedChecks } from "../preflight/prepare_checks.ts";
import { redactedReport } from "../preflight/redacted_report.ts";
import { systemNetwork } from "../rtmp/network.ts";
import { knownObsRoots } from "../setup/known_roots.ts";
import { systemClock } from "../time/clock.ts";
import { createLazyVault } from "../vault/lazy_vault.ts";
import { openSidecarVault } from "../vault/open_sidecar_vault.ts";
import { vaultFiles } from "../vault/vault_files.ts";

/** Milliseconds for a connection to OBS, and for each call. */
const OBS_DEADLINE_MS = 1_800;

/** What one run is made with. */
export interface OpenedPreflight {
  prepare(request: Parameters<typeof prepareChecks>[0]): Promise<PreparedChecks>;
  /** Takes secrets that got into a report out of it: none should. */
  redact(report: PreflightReport): PreflightReport;
  close(): Promise<void>;
}

/** Opens what the checks need; nothing is connected before they run. */
export function openPreflight(
  { config, dataDir, environment }: {
    config: Config;
    dataDir: DataDir;
    environment: Environment;
  },
): OpenedPreflight {
  const { os, env } = environment;
  const clock = systemClock;
  const redactor = new Redactor();
  const log = createLog({
    level: () => "error",
    writers: [(line) => environment.printError(line)],
    redact: (line) => redactor.redact(line),
    now: Date.now,
  });
  const machine = openMachine({ os, systemRoot: env("SystemRoot") });
  const secrets = vaultFiles(dataDir.root);
  const vault = createLazyVault(secrets.vault, {
    open: () => Promise.resolve(openSidecarVault(secrets, { environment, log })),
  });
  const files = { readText: (path: string) => Deno.readTextFile(path), listFolders };
  const findEndpoints = createEndpointFinder({
    roots: () => knownObsRoots(environment, { dataDir: dataDir.root, readText: files.readText }),
    running: createObsPrograms({
      look: () => lookForPrograms({ os, libc: machine.libc, systemRoot: env("SystemRoot") }),
      clock,
    }),
    address: () => config.obs,
    vaultPassword: createVaultPassword({
      vault,
      host: () => config.obs.host,
      onChange: () => {},
      redactor,
      log,
    }),
    readText: files.readText,
    redactor,
    log,
  });
  const collectors = {
    system: createSystemCollector({
      source: machine.system,
      recordDirectory: () => null,
      clock,
      log,
    }),
    network: createNetworkCollector({
      source: machine.network,
      ingest: () => null,
      connect: Deno.connect,
      clock,
      log,
    }),
    gpu: createSwitchedCollector({
      name: "gpu",
      isOn: () => config.engine.enable_gpu_metrics,
      make: () =>
        createGpuCollector({ sources: gpuSources({ environment, machine, clock, log }), log }),
      off: NO_GPUS,
    }),
  };
  let obs: OpenedObs | null = null;
  return {
    prepare: (request) =>
      prepareChecks(request, {
        config,
        connect: async () => {
          obs = await openObs(await findEndpoints(), { deadlineMs: OBS_DEADLINE_MS });
          return gatedAccess(obs.access, obs.isChanging);
        },
        vault,
        files,
        network: systemNetwork,
        fetch,
        redactor,
        ingests: createTwitchIngests({ fetch, clock }),
        machine: {
          measure: (signal) => measureMachine(signal, { collectors, pause }),
          os,
          libc: machine.libc,
          systemRoot: env("SystemRoot"),
        },
        testPush: () => testPush({ vault, protocol: config.grafana.protocol, fetch, redactor }),
        clock,
      }),
    redact: (report) => redactedReport(report, redactor),
    async close() {
      obs?.close();
      for (const { close } of Object.values(collectors)) await close?.();
      await vault.close();
      machine.close();
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
