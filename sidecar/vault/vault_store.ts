import { joinBytes, randomBytes, wipe } from "../bytes/secret_bytes.ts";
import { replaceFile } from "../files/replace_file.ts";
import { BACKEND_NAMES, type BackendId, KEY_ID_BYTES, type VaultBackend } from "./backend.ts";
import {
  type Credential,
  decodeCredentials,
  encodeCredentials,
  MAX_PLAIN_BYTES,
} from "./credential.ts";
import { VaultError } from "./vault_error.ts";
import {
  CONTENTS_ID_BYTES,
  DamageError,
  decodeVaultFile,
  encodeHeader,
  encodeVaultFile,
  MAX_FILE_BYTES,
  type VaultFile,
  type VaultHeader,
} from "./vault_file.ts";

/** A decrypted vault. Whoever gets one wipes its credentials. */
export interface OpenedVault {
  header: VaultHeader;
  credentials: Credential[];
}

/** vault.dat as a whole: decrypted when read, encrypted when written. */
export class VaultStore {
  readonly #path: string;
  readonly #backends: readonly VaultBackend[];
  readonly #onUse: (backend: VaultBackend) => void;

  /** @param options.onUse told which back end is in use, each time it is */
  constructor(
    path: string,
    { backends, onUse }: {
      backends: readonly VaultBackend[];
      onUse(backend: VaultBackend): void;
    },
  ) {
    this.#path = path;
    this.#backends = backends;
    this.#onUse = onUse;
  }

  /**
   * Reads the vault; null if there is none.
   * @throws VaultError `damaged`, `locked` or `failed`; the file is left alone
   */
  async read(): Promise<OpenedVault | null> {
    const bytes = await this.#readFile();
    if (bytes === null) return null;
    const { header, headerBytes, payload } = await this.#takeApart(bytes);
    const plain = await this.#decrypt({ header, headerBytes, payload });
    try {
      return { header, credentials: decodeCredentials(plain) };
    } catch (cause) {
      throw this.#damaged("what it holds makes no sense", cause);
    } finally {
      wipe(plain);
    }
  }

  /** Names the vault's present contents without opening it; null if there is no vault. */
  async contentsId(): Promise<string | null> {
    const bytes = await this.#readFile();
    if (bytes === null) return null;
    return (await this.#takeApart(bytes)).header.contentsId.toHex();
  }

  /**
   * Writes the vault in place of the one that was read. Callers hold the lock.
   * @param previous header of the vault that was read; null starts a new vault
   * @param options.sameContents whether no secret was set, bound or deleted
   * @throws VaultError `locked` or `failed`; the old file is still there
   */
  async write(
    credentials: readonly Credential[],
    { previous, sameContents = false }: { previous: VaultHeader | null; sameContents?: boolean },
  ): Promise<void> {
    const { backend, keyId } = previous === null
      ? await this.#begin()
      : { backend: this.#backend(previous.backend), keyId: previous.keyId };
    this.#onUse(backend);
    const contentsId = previous !== null && sameContents
      ? previous.contentsId
      : randomBytes(CONTENTS_ID_BYTES);
    const headerBytes = encodeHeader({ backend: backend.id, keyId, contentsId });
    const plain = encodeCredentials(credentials);
    try {
      if (plain.length > MAX_PLAIN_BYTES) {
        throw new VaultError(
          "invalid",
          `The vault is full: its secrets may take ${MAX_PLAIN_BYTES >> 20} MiB together. ` +
            "Delete some first.",
        );
      }
      const payload = await backend.protect(plain, { keyId, header: headerBytes });
      const bytes = await encodeVaultFile({ headerBytes, payload });
      await replaceFile(this.#path, bytes, { isLocked: true });
    } catch (cause) {
      if (cause instanceof VaultError && cause.fault === "invalid") throw cause;
      const fault = cause instanceof VaultError ? cause.fault : "failed";
      const remedy = fault === "failed"
        ? " Check the disk's free space and the folder's permissions."
        : "";
      throw new VaultError(
        fault,
        `Cannot write the vault ${this.#path}: ${messageOf(cause)}. Nothing was changed.${remedy}`,
        { cause },
      );
    } finally {
      wipe(plain);
    }
  }

  async #readFile(): Promise<Uint8Array | null> {
    try {
      const { size, isFile } = await Deno.stat(this.#path);
      if (!isFile) {
        throw new VaultError(
          "failed",
          `Cannot read the vault ${this.#path}: it is no file. Move it away.`,
        );
      }
      if (size > MAX_FILE_BYTES) throw this.#damaged("it is larger than any vault", null);
      return await Deno.readFile(this.#path);
    } catch (cause) {
      if (cause instanceof VaultError) throw cause;
      if (cause instanceof Deno.errors.NotFound) return null;
      throw new VaultError(
        "failed",
        `Cannot read the vault ${this.#path}: ${messageOf(cause)}. Mend its permissions.`,
        { cause },
      );
    }
  }

  async #takeApart(bytes: Uint8Array): Promise<VaultFile> {
    try {
      return await decodeVaultFile(bytes);
    } catch (cause) {
      if (!(cause instanceof DamageError)) throw cause;
      throw this.#damaged(cause.message, cause);
    }
  }

  async #decrypt({ header, headerBytes, payload }: VaultFile): Promise<Uint8Array> {
    try {
      const backend = this.#backend(header.backend);
      this.#onUse(backend);
      return await backend.unprotect(payload, { keyId: header.keyId, header: headerBytes });
    } catch (cause) {
      throw new VaultError(
        "locked",
        `Cannot open the vault ${this.#path}: ${messageOf(cause)}. It was written with ` +
          `${BACKEND_NAMES[header.backend]} and is kept as it is. If it will never open again, ` +
          "move that file away and set the secrets again.",
        { cause },
      );
    }
  }

  async #begin(): Promise<{ backend: VaultBackend; keyId: Uint8Array }> {
    for (const backend of this.#backends) {
      try {
        const keyId = await backend.begin();
        if (keyId !== null) return { backend, keyId: joinBytes(keyId).subarray(0, KEY_ID_BYTES) };
      } catch (cause) {
        throw new VaultError(
          cause instanceof VaultError ? cause.fault : "failed",
          `Cannot make a new vault: ${messageOf(cause)}. Nothing was stored.`,
          { cause },
        );
      }
    }
    throw new VaultError("failed", "Cannot make a new vault: nothing here can encrypt it.");
  }

  #backend(id: BackendId): VaultBackend {
    const backend = this.#backends.find((candidate) => candidate.id === id);
    if (backend === undefined) {
      throw new VaultError("locked", `${BACKEND_NAMES[id]} is not to be had on this machine`);
    }
    return backend;
  }

  #damaged(how: string, cause: unknown): VaultError {
    return new VaultError(
      "damaged",
      `The vault ${this.#path} is damaged: ${how}. It is kept as it is. Put a backup of it back, ` +
        "or move that file away and set the secrets again.",
      { cause },
    );
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
