/** What the tests of the network's checks share. */
import type { CheckContext } from "../../../sidecar/preflight/check.ts";
import type { LiveGuard } from "../../../sidecar/preflight/live_guard.ts";
import type { NetworkAccess } from "../../../sidecar/preflight/network/network_access.ts";
import type { PlatformTarget } from "../../../sidecar/preflight/platform_targets.ts";
import { systemNetwork } from "../../../sidecar/rtmp/network.ts";
import { systemClock } from "../../../sidecar/time/clock.ts";
import { Secret } from "../../../sidecar/vault/secret.ts";

/** A key that must be seen nowhere. */
export const CANARY = "canary-key-77af";

/** The real network, with steps short enough for a test. */
export function access(changes: Partial<NetworkAccess> = {}): NetworkAccess {
  return { network: systemNetwork, clock: systemClock, stepMs: 400, caCerts: [], ...changes };
}

/** The real network, where every name leads to this machine. */
export const allNamesHere: NetworkAccess["network"] = {
  ...systemNetwork,
  lookup: () => Promise.resolve(["127.0.0.1"]),
};

/** An OBS that does not stream. */
export const idle: LiveGuard = {
  refusal: () => Promise.resolve(null),
  during: (signal, publish) => publish(signal),
};

/** A platform with a test key, unless it says otherwise. */
export function target(changes: Partial<PlatformTarget>): PlatformTarget {
  return {
    ...{ name: "mine", label: "Mine", id: null, url: "rtmp://127.0.0.1/live", output: null },
    ...{ maxBitrateKbps: null, testKey: true, ownServer: true },
    readKey: () => Promise.resolve(new Secret(new TextEncoder().encode(CANARY))),
    ...changes,
  };
}

/** A check's surroundings when nobody watches. */
export function context(changes: Partial<CheckContext> = {}): CheckContext {
  return {
    signal: new AbortController().signal,
    progress: () => {},
    measured: () => {},
    ...changes,
  };
}
