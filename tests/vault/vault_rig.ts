/** Vaults in temporary folders, with keys that a test owns. */
import { copyBytes, randomBytes } from "../../sidecar/bytes/secret_bytes.ts";
import { createHeartbeat, type Heartbeat } from "../../sidecar/time/heartbeat.ts";
import type { VaultBackend } from "../../sidecar/vault/backend.ts";
import { createKeyBackend } from "../../sidecar/vault/key_backend.ts";
import type { KeyStore } from "../../sidecar/vault/key_store.ts";
import { openVault, type Vault } from "../../sidecar/vault/vault.ts";
import { VaultError } from "../../sidecar/vault/vault_error.ts";
import { type VaultFiles, vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";

export const PASSWORD = "obs.websocket.password";
export const TWITCH_KEY = "platforms.twitch.stream_key";

/** A key store that a test locks and unlocks. */
export class MemoryKeys implements KeyStore {
  locked = false;
  present = true;
  reads = 0;
  readonly #keys = new Map<string, Uint8Array>();

  create() {
    this.#checkUnlocked();
    if (!this.present) return Promise.resolve(null);
    const [keyId, key] = [randomBytes(16), randomBytes(32)];
    this.#keys.set(keyId.toHex(), copyBytes(key));
    return Promise.resolve({ keyId, key });
  }

  read(keyId: Uint8Array) {
    this.reads++;
    this.#checkUnlocked();
    const key = this.#keys.get(keyId.toHex());
    if (key === undefined) throw new VaultError("locked", "the keyring does not hold its key");
    return Promise.resolve(copyBytes(key));
  }

  #checkUnlocked(): void {
    if (this.locked) throw new VaultError("locked", "the keyring is locked: unlock your keyring");
  }
}

/** A folder, and vaults that share the files in it. */
export interface VaultRig {
  folder: string;
  files: VaultFiles;
  keys: MemoryKeys;
  time: FakeTime;
  heartbeat: Heartbeat;
  lines: string[];
  /** One more user of the same file, as another process is. Closed in the end. */
  open(backends?: readonly VaultBackend[]): Vault;
}

/** A back end with keys of the test's, in the place of a keyring. */
export function keyringBackend(keys: KeyStore): VaultBackend {
  return createKeyBackend({ id: "secret-service", keys });
}

/** Runs a test with a folder of its own, where no file may keep a temporary sibling. */
export async function withVaultRig(test: (rig: VaultRig) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vault-" });
  const files = vaultFiles(folder);
  const keys = new MemoryKeys();
  const time = new FakeTime();
  const { log, lines } = keptLog();
  using heartbeat = createHeartbeat({ log });
  const opened: Vault[] = [];
  const open = (backends: readonly VaultBackend[] = [keyringBackend(keys)]) => {
    const vault = openVault({
      path: files.vault,
      lockPath: files.lock,
      backends,
      clock: { now: time.now, monotonic: () => performance.now() },
      heartbeat,
      log,
    });
    opened.push(vault);
    return vault;
  };
  try {
    await test({ folder, files, keys, time, heartbeat, lines, open });
  } finally {
    for (const vault of opened) await vault.close();
    await Deno.remove(folder, { recursive: true });
  }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A secret's text; null if it is not set. */
export async function textOf(vault: Vault, id: string): Promise<string | null> {
  using secret = await vault.get(id);
  return secret?.text() ?? null;
}

/** What `assert.rejects` compares a VaultError with. */
export function vaultFault(fault: VaultError["fault"], message: RegExp) {
  return (error: unknown) =>
    error instanceof VaultError && error.fault === fault && message.test(error.message);
}
