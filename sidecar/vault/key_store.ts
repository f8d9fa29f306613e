/** A place that keeps the random keys of vaults. */

/** Bytes of a key: AES-256. */
export const KEY_BYTES = 32;

/** A key and its name. Whoever gets one wipes it after use. */
export interface NamedKey {
  keyId: Uint8Array;
  key: Uint8Array<ArrayBuffer>;
}

/** Keeps keys. */
export interface KeyStore {
  /**
   * A key for a new vault; null where this machine has no such store.
   * @throws VaultError `locked` if the store cannot be used now
   */
  create(): Promise<NamedKey | null>;
  /**
   * The key with this id, to be wiped by the caller.
   * @throws VaultError `locked` if there is none, or it cannot be read now
   */
  read(keyId: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}
