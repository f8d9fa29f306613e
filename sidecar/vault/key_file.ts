import { joinBytes, newBytes, randomBytes, sameBytes, wipe } from "../bytes/secret_bytes.ts";
import { replaceFile } from "../files/replace_file.ts";
import { KEY_ID_BYTES } from "./backend.ts";
import { KEY_BYTES, type KeyStore, type NamedKey } from "./key_store.ts";
import { VaultError } from "./vault_error.ts";

/** What a key file means, for the user. */
export function keyFileCaution(path: string): string {
  return `Secrets are encrypted with the key in ${path}, since no keyring is used. Whoever can ` +
    "read your files, a backup of them included, can read the secrets too. Keep that file out " +
    "of backups, and never share it.";
}

/**
 * Keeps the key in a file that only the user can read: 16 bytes of its id, 32 bytes of the key. A
 * key that is already there is used again, and never overwritten: a vault may still need it.
 */
export function createKeyFile(path: string): KeyStore {
  return {
    async create() {
      const existing = await readKeyFile(path);
      if (existing !== null) return existing;
      const created = { keyId: randomBytes(KEY_ID_BYTES), key: randomBytes(KEY_BYTES) };
      const bytes = joinBytes(created.keyId, created.key);
      try {
        await replaceFile(path, bytes, { isLocked: true });
      } catch (cause) {
        wipe(created.key);
        throw new VaultError("failed", `cannot write ${path}: ${messageOf(cause)}`, { cause });
      } finally {
        wipe(bytes);
      }
      return created;
    },
    async read(keyId) {
      const found = await readKeyFile(path);
      if (found === null) {
        throw new VaultError("locked", `its key file ${path} is missing: put it back`);
      }
      if (sameBytes(found.keyId, keyId)) return found.key;
      wipe(found.key);
      throw new VaultError("locked", `${path} holds the key of another vault: put its own back`);
    },
  };
}

async function readKeyFile(path: string): Promise<NamedKey | null> {
  const bytes = newBytes(KEY_ID_BYTES + KEY_BYTES + 1);
  try {
    using file = await Deno.open(path);
    let length = 0;
    while (length < bytes.length) {
      const read = await file.read(bytes.subarray(length));
      if (read === null) break;
      length += read;
    }
    if (length !== KEY_ID_BYTES + KEY_BYTES) {
      throw new VaultError("locked", `its key file ${path} is damaged: put a whole one back`);
    }
    if (Deno.build.os !== "windows") await Deno.chmod(path, 0o600);
    return {
      keyId: bytes.slice(0, KEY_ID_BYTES),
      key: joinBytes(bytes.subarray(KEY_ID_BYTES, length)),
    };
  } catch (cause) {
    if (cause instanceof VaultError) throw cause;
    if (cause instanceof Deno.errors.NotFound) return null;
    const detail = messageOf(cause);
    throw new VaultError("locked", `its key file ${path} cannot be read: ${detail}`, { cause });
  } finally {
    wipe(bytes);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
