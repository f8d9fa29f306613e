import type { Environment } from "../environment.ts";
import type { Log } from "../log/log.ts";
import { systemClock } from "../time/clock.ts";
import type { Heartbeat } from "../time/heartbeat.ts";
import { createKeyringClient, keyringProcess } from "./keyring_client.ts";
import { systemBackends } from "./system_backends.ts";
import { openVault, type Vault } from "./vault.ts";
import type { VaultFiles } from "./vault_files.ts";

/** What the vault needs. */
export interface SidecarVaultOptions {
  environment: Pick<Environment, "os" | "env" | "dist">;
  /** When it is looked for changes; absent for commands, which are told of none. */
  heartbeat?: Heartbeat;
  log: Log;
}

/** The vault as the running sidecar uses it: a keyring is asked through a process of its own. */
export function openSidecarVault(
  files: VaultFiles,
  { environment, heartbeat, log }: SidecarVaultOptions,
): Vault {
  const { os, env, dist } = environment;
  return openVault({
    path: files.vault,
    lockPath: files.lock,
    backends: systemBackends({
      os,
      systemRoot: env("SystemRoot"),
      keyring: os === "windows" ? null : createKeyringClient(keyringProcess(dist), { log }),
      keyFile: files.key,
    }),
    clock: systemClock,
    heartbeat,
    log,
  });
}
