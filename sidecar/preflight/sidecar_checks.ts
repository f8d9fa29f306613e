/** The checks of a running sidecar, over the connection to OBS that it has. Loaded when asked for. */
import type { Config } from "../../shared/config.ts";
import type { PreflightRequest } from "../../shared/preflight.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Machine } from "../collectors/machine.ts";
import type { ObsCollector } from "../collectors/obs.ts";
import type { Environment } from "../environment.ts";
import type { Redactor } from "../log/redactor.ts";
import type { ObsConnection } from "../obs/connection.ts";
import type { ProfileFiles } from "../obs/profile_folder.ts";
import { testPush } from "../otlp/test_push.ts";
import { systemNetwork } from "../rtmp/network.ts";
import type { Clock } from "../time/clock.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { createTwitchIngests, type TwitchIngests } from "./network/twitch_ingests.ts";
import { gatedAccess } from "./obs/gated_access.ts";
import type { ObsAccess } from "./obs/obs_access.ts";
import { obsAccess } from "./obs/obs_access.ts";
import { prepareChecks, type PreparedChecks } from "./prepare_checks.ts";

/** What of the sidecar the checks use. */
export interface SidecarChecksOptions {
  config(): Config;
  connection: Pick<ObsConnection, "session" | "endpoint" | "problem">;
  obs: Pick<ObsCollector, "isChanging">;
  /** The newest snapshot; null before the first. */
  latest(): Telemetry | null;
  vault: Pick<LazyVault, "find">;
  files: ProfileFiles;
  machine: Pick<Machine, "libc">;
  environment: Pick<Environment, "os" | "env">;
  redactor: Redactor;
  clock: Clock;
}

/** Makes the function that puts the checks of a run together. */
export function createSidecarChecks(
  options: SidecarChecksOptions,
): (request: PreflightRequest) => Promise<PreparedChecks> {
  const { vault, files, machine, environment, redactor, clock } = options;
  const ingests: TwitchIngests = createTwitchIngests({ fetch, clock });
  return (request) => {
    const config = options.config();
    return prepareChecks({ ...request, force: false }, {
      ...{ config, vault, files, ingests, redactor, clock, fetch },
      network: systemNetwork,
      connect: () => Promise.try(() => connect(options)),
      machine: {
        measure: () => Promise.try(() => figures(options)),
        os: environment.os,
        libc: machine.libc,
        systemRoot: environment.env("SystemRoot"),
      },
      testPush: () => testPush({ vault, protocol: config.grafana.protocol, fetch, redactor }),
    });
  };
}

function connect({ connection, obs }: SidecarChecksOptions): ObsAccess {
  const { session, endpoint } = connection;
  if (session === null || endpoint === null) throw new Error(connection.problem);
  return gatedAccess(obsAccess(session, endpoint), () => obs.isChanging);
}

function figures({ latest }: SidecarChecksOptions): Telemetry {
  const telemetry = latest();
  if (telemetry === null) throw new Error("The sidecar has no figures yet.");
  return telemetry;
}
