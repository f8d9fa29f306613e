import { silentLog } from "../../sidecar/log/log.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import type { VaultBackend } from "../../sidecar/vault/backend.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { openVault } from "../../sidecar/vault/vault.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";

/** How the vault is measured. */
export interface VaultTimesOptions {
  folder: string;
  /** Calls of each kind. */
  count: number;
  /** What encrypts; the key file unless told otherwise. */
  backends?: readonly VaultBackend[];
}

/**
 * Milliseconds that storing a secret takes (lock, read, decrypt, encrypt, write through to the
 * disk, rename), and getting one (read, decrypt), in a vault of ten secrets of 48 bytes.
 */
export async function vaultTimes(
  { folder, count, backends }: VaultTimesOptions,
): Promise<{ setMs: number[]; getMs: number[] }> {
  const files = vaultFiles(folder);
  const vault = openVault({
    path: files.vault,
    lockPath: files.lock,
    backends: backends ?? [keyFileBackend(files.key)],
    clock: systemClock,
    log: silentLog,
  });
  const value = new Uint8Array(48).fill(0x61);
  const id = (i: number) => `platforms.p${i % 10}.stream_key`;
  const set = (i: number) => vault.set(id(i), value, { host: "ingest.example" });
  try {
    for (let i = 0; i < 10; i++) await set(i);
    const setMs = await times(count, set);
    const getMs = await times(count, async (i) => {
      (await vault.getFor(id(i), "ingest.example"))?.wipe();
    });
    return { setMs, getMs };
  } finally {
    await vault.close();
  }
}

async function times(count: number, run: (i: number) => Promise<void>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await run(i);
    taken.push(performance.now() - start);
  }
  return taken;
}
