import type { Environment } from "../environment.ts";
import type { Log } from "../log/log.ts";
import { systemClock } from "../time/clock.ts";
import { createKeyringClient, keyringProcess } from "./keyring_client.ts";
import { systemBackends } from "./system_backends.ts";
import { openVault, type Vault } from "./vault.ts";
import type { VaultFiles } from "./vault_files.ts";

/** The vault as the running sidecar uses it: a keyring is asked through a process of its own. */
export function openSidecarVault(
  files: VaultFiles,
  { environment, log }: { environment: Pick<Environment, "os" | "env" | "dist">; log: Log },
): Vault {
  const { os, env, dist } = environment;
  return openVault({
    path: files.vault,
    lockPath: files.lock,
    backends: systemBackends({
      os,
      systemRoot: env("SystemRoot"),
      keyring: os === "windows" ? null : createKeyringClient(keyringProcess(dist)),
      keyFile: files.key,
    }),
    clock: systemClock,
    log,
  });
}
