import { joinBytes, newBytes, randomBytes, wipe } from "../bytes/secret_bytes.ts";
import type { BackendId, VaultBackend } from "./backend.ts";
import type { KeyStore } from "./key_store.ts";
import { VaultError } from "./vault_error.ts";

/** Nonce of AES-GCM, NIST SP 800-38D 5.2.1.1: 96 bits, a new random one for every write. */
const NONCE_BYTES = 12;

/**
 * Encrypts vaults with AES-256-GCM and a key from a store. The key stays in the engine, as one
 * that cannot be exported, until the program ends: asking a keyring takes long.
 *
 * The payload is the nonce, then the sealed form of two halves: random bytes, and the plain bytes
 * combined with them. The engine's cipher copies what it is given and overwrites no copy; so it
 * never sees the plain bytes themselves.
 */
export function createKeyBackend(
  { id, keys, caution = null }: { id: BackendId; keys: KeyStore; caution?: string | null },
): VaultBackend {
  const imported = new Map<string, Promise<CryptoKey>>();

  function remember(keyId: Uint8Array, key: () => Promise<Uint8Array<ArrayBuffer>>) {
    const name = keyId.toHex();
    const known = imported.get(name) ?? importKey(key);
    imported.set(name, known);
    known.catch(() => imported.delete(name));
    return known;
  }

  return {
    id,
    caution,
    async begin() {
      const created = await keys.create();
      if (created === null) return null;
      await remember(created.keyId, () => Promise.resolve(created.key));
      return created.keyId;
    },
    async protect(plain, { keyId, header }) {
      const key = await remember(keyId, () => keys.read(keyId));
      const iv = randomBytes(NONCE_BYTES);
      const halves = splitBytes(plain);
      try {
        const additionalData = joinBytes(header);
        const sealed = await crypto.subtle.encrypt(
          { name: "AES-GCM", iv, additionalData },
          key,
          halves,
        );
        return joinBytes(iv, new Uint8Array(sealed));
      } finally {
        wipe(halves);
      }
    },
    async unprotect(payload, { keyId, header }) {
      const key = await remember(keyId, () => keys.read(keyId));
      let halves: Uint8Array;
      try {
        const iv = joinBytes(payload.subarray(0, NONCE_BYTES));
        const additionalData = joinBytes(header);
        const sealed = joinBytes(payload.subarray(NONCE_BYTES));
        halves = new Uint8Array(
          await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed),
        );
      } catch (cause) {
        imported.delete(keyId.toHex());
        throw new VaultError("locked", "its key is not the one that encrypted it", { cause });
      }
      try {
        return mergeBytes(halves);
      } finally {
        wipe(halves);
      }
    },
  };
}

async function importKey(read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<CryptoKey> {
  const key = await read();
  try {
    return await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
  } finally {
    wipe(key);
  }
}

/** Random bytes, and `plain` combined with them: neither half alone tells anything. */
function splitBytes(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const halves = newBytes(plain.length * 2);
  const mask = randomBytes(plain.length);
  halves.set(mask);
  for (let i = 0; i < plain.length; i++) {
    halves[plain.length + i] = (plain[i] ?? 0) ^ (mask[i] ?? 0);
  }
  wipe(mask);
  return halves;
}

function mergeBytes(halves: Uint8Array): Uint8Array {
  const plain = newBytes(halves.length / 2);
  for (let i = 0; i < plain.length; i++) {
    plain[i] = (halves[i] ?? 0) ^ (halves[plain.length + i] ?? 0);
  }
  return plain;
}
