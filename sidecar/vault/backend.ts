/**
 * What encrypts a vault. A vault says in its header which back end wrote it, and is opened with
 * that one alone.
 */

/** Back ends and their numbers in the header of vault.dat. Never reuse one. */
export const BACKEND_NUMBERS = {
  dpapi: 1,
  keychain: 2,
  "secret-service": 3,
  "key-file": 4,
} as const;

/** Name of a back end. */
export type BackendId = keyof typeof BACKEND_NUMBERS;

/** Back ends as a person reads them. */
export const BACKEND_NAMES: Readonly<Record<BackendId, string>> = {
  dpapi: "Windows's data protection (DPAPI)",
  keychain: "the macOS keychain",
  "secret-service": "the desktop's keyring (Secret Service)",
  "key-file": "a key file",
};

/** Bytes of a key's id. */
export const KEY_ID_BYTES = 16;

/** What a payload belongs to. */
export interface PayloadContext {
  /** Which key encrypts; zeros for a back end that needs none named. */
  keyId: Uint8Array;
  /** Start of the file's header. Not secret; a payload opens with its own header only. */
  header: Uint8Array;
}

/**
 * Encrypts and decrypts whole vaults. Messages of its errors are clauses that follow "Cannot open
 * the vault:".
 */
export interface VaultBackend {
  readonly id: BackendId;
  /** What the user must know before trusting it with secrets; null if there is nothing. */
  readonly caution: string | null;
  /**
   * Prepares for a new vault and gives its key's id; null where this machine has no such back end.
   * @throws VaultError `locked` if it has one that cannot be used now
   */
  begin(): Promise<Uint8Array | null>;
  /** @throws VaultError `locked` if it cannot encrypt now */
  protect(plain: Uint8Array, context: PayloadContext): Promise<Uint8Array>;
  /**
   * Decrypts into a buffer that the caller wipes.
   * @throws VaultError `locked` if it cannot decrypt: the payload itself is known to be whole
   */
  unprotect(payload: Uint8Array, context: PayloadContext): Promise<Uint8Array>;
}

/** The back end that a number in a header means; null for none. */
export function backendOfNumber(number: number): BackendId | null {
  const found = Object.entries(BACKEND_NUMBERS).find(([, known]) => known === number);
  return found === undefined ? null : found[0] as BackendId;
}
