/** The desktop's own store of passwords, which the user opens by logging in. */
import { randomBytes, wipe } from "../bytes/secret_bytes.ts";
import { KEY_ID_BYTES } from "./backend.ts";
import { KEY_BYTES, type KeyStore } from "./key_store.ts";
import { VaultError } from "./vault_error.ts";

/** How long a keyring may take; it hangs while it waits for the user. */
export const KEYRING_DEADLINE_MS = 5000;

/** What a keyring does here. Failures to reach or open it are VaultErrors `locked`. */
export interface Keyring {
  /** Whether this machine has such a keyring and it answers. */
  available(): Promise<boolean>;
  store(name: string, secret: Uint8Array): Promise<void>;
  /** The bytes kept under that name, to be wiped by the caller; null if there are none. */
  find(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** The error of a keyring that does not open. */
export function keyringLocked(detail: string, options?: ErrorOptions): VaultError {
  return new VaultError("locked", `${detail}: unlock your keyring, then try again`, options);
}

/**
 * Keeps the keys of vaults in a keyring, under their ids.
 * @param options.open the keyring, loaded when it is needed; null where there is none
 */
export function createKeyringStore({ open }: { open(): Keyring | null }): KeyStore {
  return {
    async create() {
      const keyring = open();
      if (keyring === null || !await keyring.available()) return null;
      const [keyId, key] = [randomBytes(KEY_ID_BYTES), randomBytes(KEY_BYTES)];
      try {
        await keyring.store(keyId.toHex(), key);
      } catch (error) {
        wipe(key);
        throw error;
      }
      return { keyId, key };
    },
    async read(keyId) {
      const key = await open()?.find(keyId.toHex());
      if (key?.length === KEY_BYTES) return key;
      throw new VaultError("locked", "the keyring of this user does not hold its key");
    },
  };
}
