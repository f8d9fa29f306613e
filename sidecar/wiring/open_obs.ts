import type { Config } from "../../shared/config.ts";
import { ObsCollector, type ObsCollectorOptions } from "../collectors/obs.ts";
import { listFolders } from "../files/list_folders.ts";
import { silenceLevelDb } from "../health/thresholds.ts";
import type { Log } from "../log/log.ts";
import type { Redactor } from "../log/redactor.ts";
import type { ObsPlaces } from "../obs/config_roots.ts";
import { ObsConnection } from "../obs/connection.ts";
import { createEndpointFinder } from "../obs/find_endpoints.ts";
import type { ObsPrograms } from "../obs/obs_programs.ts";
import { platformOfOutput } from "../obs/platform_of_output.ts";
import { createSettingsReader } from "../obs/settings_reader.ts";
import { SilenceWatch } from "../obs/silence_watch.ts";
import { createVaultPassword } from "../obs/vault_password.ts";
import type { Clock } from "../time/clock.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";

/** What watching OBS needs. */
export interface ObsOptions {
  config(): Config;
  /** Where OBS's folders usually are. */
  places: ObsPlaces;
  /** Folders that may hold OBS's settings, likeliest first. */
  roots(): Promise<readonly string[]>;
  /** The OBS that run on this machine. */
  running(): ObsPrograms;
  vault: LazyVault;
  /** Called when OBS was connected or lost, or is in another state. */
  onChange(): void;
  /** Called when OBS was connected. */
  onConnected(): void;
  /** What an earlier sidecar counted of an output's stream beyond what OBS tells now. */
  earlierCounts: NonNullable<ObsCollectorOptions["earlierCounts"]>;
  redactor: Redactor;
  clock: Clock;
  log: Log;
}

/** The connection to OBS, which is to be started, and what collects OBS's figures over it. */
export function openObs(options: ObsOptions): { connection: ObsConnection; obs: ObsCollector } {
  const { config, places, roots, running, vault, onChange, onConnected } = options;
  const { redactor, clock, log } = options;
  const readText = (path: string) => Deno.readTextFile(path);
  const connection = new ObsConnection({
    findEndpoints: createEndpointFinder({
      roots,
      running,
      address: () => config().obs,
      vaultPassword: createVaultPassword({
        vault,
        host: () => config().obs.host,
        onChange: () => connection.tryAgain(),
        redactor,
        log,
      }),
      readText: createSettingsReader(places, { readText, readTextSync: Deno.readTextFileSync }),
      redactor,
      log,
    }),
    onChange() {
      onChange();
      if (connection.session !== null) onConnected();
    },
    onEvent(event, data) {
      if (obs.handleEvent(event, data)) onChange();
    },
    log,
  });
  const obs = new ObsCollector({
    connection,
    earlierCounts: options.earlierCounts,
    files: { readText, listFolders },
    clock,
    platformOf: (output) => platformOfOutput(output, config().platforms),
    silence: new SilenceWatch({ clock, levelDb: () => silenceLevelDb(config().alerts) }),
  });
  return { connection, obs };
}
