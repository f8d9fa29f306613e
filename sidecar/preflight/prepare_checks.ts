/** Puts the checks of one run together. */
import type { TestResult } from "../../shared/api.ts";
import type { Config } from "../../shared/config.ts";
import type { PreflightRequest } from "../../shared/preflight.ts";
import type { Redactor } from "../log/redactor.ts";
import type { ProfileFiles } from "../obs/profile_folder.ts";
import type { Network } from "../rtmp/network.ts";
import type { Clock } from "../time/clock.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { bandwidthChecks, bandwidthNotice } from "./bandwidth/bandwidth_checks.ts";
import { createBitratePlan } from "./bandwidth/planned_bitrate.ts";
import type { Check } from "./check.ts";
import { createLiveGuard } from "./live_guard.ts";
import { httpTimeOffset } from "./machine/http_time.ts";
import { machineChecks, type MachineChecksOptions } from "./machine/machine_checks.ts";
import { metricsCheck } from "./metrics/metrics_check.ts";
import type { NetworkAccess } from "./network/network_access.ts";
import { markOwnServers } from "./network/own_server.ts";
import { platformCheck, unreadyCheck } from "./network/platform_check.ts";
import { serviceNetworkCheck } from "./network/service_check.ts";
import { type TwitchIngests, twitchIngestsCheck } from "./network/twitch_ingests.ts";
import type { ConnectObs } from "./obs/obs_check.ts";
import { obsChecks } from "./obs/obs_checks.ts";
import { readStreamSettings } from "./obs/stream_settings.ts";
import {
  ingestHost,
  ingestSecrets,
  type PlatformTarget,
  platformTargets,
} from "./platform_targets.ts";

/** Servers that tell the time, by the platform that is streamed to anyway. */
const TIME_URLS: Readonly<Record<string, string>> = {
  twitch: "https://ingest.twitch.tv/",
  youtube: "https://www.youtube.com/",
  kick: "https://kick.com/",
};

/** What the checks look at and look with. */
export interface PreflightSurroundings {
  config: Config;
  connect: ConnectObs;
  vault: Pick<LazyVault, "find">;
  files: ProfileFiles;
  network: Network;
  fetch: typeof globalThis.fetch;
  ingests: TwitchIngests;
  /** Learns the stream keys that are read. */
  redactor: Pick<Redactor, "add">;
  machine: Omit<MachineChecksOptions, "remoteTime">;
  testPush(): Promise<TestResult>;
  clock: Clock;
  /** Certificates in PEM that are trusted beside the system's. */
  caCerts?: string[];
  /** For how long the volume meters are watched. */
  listenMs?: number;
}

/** The checks of one run. */
export interface PreparedChecks {
  checks: Check[];
  /** Why the bandwidth cannot be tested now, as a sentence; null if it can, or is not to be. */
  refusal: string | null;
  /** What the bandwidth test will do; null without it. */
  notice: string | null;
}

/** Puts the checks together that a request asks for, in the order in which they are shown. */
export async function prepareChecks(
  request: PreflightRequest & { force: boolean },
  surroundings: PreflightSurroundings,
): Promise<PreparedChecks> {
  const { config, vault, files, clock, machine, testPush } = surroundings;
  const connect = once(surroundings.connect);
  const access: NetworkAccess = {
    network: surroundings.network,
    clock,
    stepMs: config.preflight.connection_timeout * 1000,
    caCerts: surroundings.caCerts ?? [],
  };
  const { platforms } = config;
  const found = await platformTargets({ platforms, only: request.platforms, vault });
  const { unready } = found;
  const known = found.targets.map((target) => withKnownSecrets(target, surroundings));
  const targets = await markOwnServers(known, access);
  const guard = createLiveGuard({ connect, force: request.force });
  const { listenMs } = surroundings;
  const network = targets.length === 0
    ? [serviceNetworkCheck(connect, access)]
    : targets.flatMap((target) => [
      platformCheck(target, { access, guard }),
      ...serversCheck(target, { access, ingests: surroundings.ingests }),
    ]);
  const durationMs = 1000 * (request.duration_s ?? config.preflight.bandwidth_test_duration);
  const bandwidth = request.bandwidth
    ? bandwidthChecks({
      targets,
      plan: createBitratePlan({ connect, read: (obs) => readStreamSettings(obs, files) }),
      durationMs,
      access,
      guard,
    })
    : [];
  return {
    checks: [
      ...obsChecks({ connect, targets, files, ...listenMs === undefined ? {} : { listenMs } }),
      ...network,
      ...unready.map(unreadyCheck),
      ...bandwidth,
      ...machineChecks({ ...machine, remoteTime: remoteTime(targets, surroundings) }),
      metricsCheck({ enabled: config.grafana.enabled, vault, testPush, clock }),
    ],
    refusal: request.bandwidth ? await guard.refusal() : null,
    notice: request.bandwidth ? bandwidthNotice(targets, { durationMs }) : null,
  };
}

/** Makes keys known to the redactor when they are read, and what may be one in the URL. */
function withKnownSecrets(
  target: PlatformTarget,
  { redactor }: Pick<PreflightSurroundings, "redactor">,
): PlatformTarget {
  for (const secret of ingestSecrets(target.url)) redactor.add(secret);
  return {
    ...target,
    async readKey() {
      const secret = await target.readKey();
      if (secret !== null) {
        const key = secret.text();
        redactor.add(key);
        redactor.add(key.split("?", 1)[0] ?? "");
      }
      return secret;
    },
  };
}

function serversCheck(
  { id, name, url }: PlatformTarget,
  options: { access: NetworkAccess; ingests: TwitchIngests },
): Check[] {
  const isSound = id === "twitch" && ingestHost(url) !== null;
  return isSound ? [twitchIngestsCheck({ platform: name, url }, options)] : [];
}

function remoteTime(
  targets: readonly PlatformTarget[],
  { fetch, clock }: PreflightSurroundings,
): MachineChecksOptions["remoteTime"] {
  const url = targets.flatMap(({ id }) => TIME_URLS[id ?? ""] ?? [])[0];
  if (url === undefined) return null;
  return (signal) => httpTimeOffset(url, { signal, fetch, now: () => clock.now() });
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => opened ??= Promise.try(open);
}
