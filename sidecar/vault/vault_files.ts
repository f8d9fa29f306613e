import { join } from "node:path";

/** The vault's files in a data directory. */
export interface VaultFiles {
  /** The secrets, encrypted. */
  readonly vault: string;
  /** Held by whoever writes. */
  readonly lock: string;
  /** The key, on a machine that has nothing better to keep it in. */
  readonly key: string;
}

/** @param root the data directory */
export function vaultFiles(root: string): VaultFiles {
  return {
    vault: join(root, "vault.dat"),
    lock: join(root, "vault.lock"),
    key: join(root, "vault.key"),
  };
}
