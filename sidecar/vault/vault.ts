import { copyBytes, randomBytes } from "../bytes/secret_bytes.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import type { Heartbeat } from "../time/heartbeat.ts";
import type { VaultBackend } from "./backend.ts";
import { checkValue } from "./check_value.ts";
import { type Credential, wipeCredentials } from "./credential.ts";
import { checkCredentialId } from "./credential_id.ts";
import { canonicalHost, mayBeSentTo } from "./host.ts";
import { Secret } from "./secret.ts";
import { UseRecord } from "./use_record.ts";
import { VaultError } from "./vault_error.ts";
import { withVaultLock } from "./vault_lock.ts";
import { type OpenedVault, VaultStore } from "./vault_store.ts";
import { VaultWatch } from "./vault_watch.ts";

/** Bytes of a credential's revision. */
const REVISION_BYTES = 8;

/** What may be told of a secret. */
export type VaultEntry = Omit<Credential, "value">;

/** Secrets on disk. Errors are VaultErrors, with a message for the user. */
export interface Vault {
  /** All secrets by id, without their values; empty if there is no vault yet. */
  list(): Promise<VaultEntry[]>;
  /**
   * A secret for a service whose address is the secret itself; null if it is not set.
   * @param options.isUse whether it counts as used; default: it does
   */
  get(id: string, options?: { isUse?: boolean }): Promise<Secret | null>;
  /**
   * A secret that will be sent to `host`; null if it is not set or was entered for another host,
   * which `list` then tells.
   */
  getFor(id: string, host: string): Promise<Secret | null>;
  /**
   * Stores a secret. The value is copied: the caller wipes it.
   * @param options.host the only host it may be sent to; null to leave that for `bind`
   */
  set(id: string, value: Uint8Array, options: { host: string | null }): Promise<void>;
  /** Lets a secret be sent to `host` and to no other; false if it is not set. */
  bind(id: string, host: string): Promise<boolean>;
  /** Deletes a secret; false if it was not set. */
  delete(id: string): Promise<boolean>;
  /**
   * Tells the ids whose secret was set, bound or deleted, by this program or another, within 2 s.
   * @returns ends it
   */
  watch(listener: (ids: readonly string[]) => void): () => void;
  /** Why the vault could not be opened when it was last tried; null if it could. */
  problem(): string | null;
  /** Writes when secrets were last used, and ends watching. */
  close(): Promise<void>;
}

/** What a vault is made from. */
export interface VaultOptions {
  /** vault.dat. */
  path: string;
  /** The lock's file, `vault.lock` beside it. */
  lockPath: string;
  /** The first that this machine has encrypts a new vault. */
  backends: readonly VaultBackend[];
  clock: Clock;
  /** When it is looked for changes; absent for commands, which are told of none. */
  heartbeat?: Heartbeat | undefined;
  log: Log;
}

/** Opens the vault. Nothing is read before the first question. */
export function openVault(options: VaultOptions): Vault {
  return new FileVault(options);
}

class FileVault implements Vault {
  readonly #options: VaultOptions;
  readonly #store: VaultStore;
  readonly #used: UseRecord;
  readonly #watch: VaultWatch | null;
  readonly #told = new Set<string>();
  /** One writer at a time in this program; the lock keeps the others away. */
  #turn: Promise<unknown> = Promise.resolve();
  #problem: string | null = null;

  constructor(options: VaultOptions) {
    this.#options = options;
    this.#store = new VaultStore(options.path, {
      backends: options.backends,
      onUse: (backend) => this.#tellCaution(backend),
    });
    this.#used = new UseRecord({ write: () => this.#writeUses(), log: options.log });
    const { heartbeat } = options;
    this.#watch = heartbeat === undefined ? null : new VaultWatch({
      path: options.path,
      contentsId: () => this.#store.contentsId(),
      entries: () => this.list(),
      heartbeat,
      log: options.log,
    });
  }

  async list(): Promise<VaultEntry[]> {
    return await this.#read((credentials) => {
      const entries = credentials.map(({ value: _, ...entry }) => ({
        ...entry,
        last_used: this.#used.latest(entry),
      }));
      this.#watch?.seen(entries);
      return entries.sort((a, b) => a.id < b.id ? -1 : 1);
    });
  }

  get(id: string, { isUse = true }: { isUse?: boolean } = {}): Promise<Secret | null> {
    return this.#take(id, { allows: () => true, isUse });
  }

  getFor(id: string, host: string): Promise<Secret | null> {
    return this.#take(id, { allows: (bound) => mayBeSentTo(host, { bound }), isUse: true });
  }

  async set(id: string, value: Uint8Array, { host }: { host: string | null }): Promise<void> {
    checkCredentialId(id);
    checkValue(value, { id });
    const credential: Credential = {
      id,
      value: copyBytes(value),
      created_at: this.#seconds(),
      last_used: null,
      host: host === null ? null : canonicalHost(host),
      revision: newRevision(),
    };
    try {
      await this.#change((credentials) => [...without(credentials, id), credential]);
    } finally {
      wipeCredentials([credential]);
    }
  }

  async bind(id: string, host: string): Promise<boolean> {
    checkCredentialId(id);
    const bound = canonicalHost(host);
    return await this.#change((credentials) => {
      const found = credentials.find((credential) => credential.id === id);
      if (found === undefined) return null;
      return [...without(credentials, id), { ...found, host: bound, revision: newRevision() }];
    });
  }

  async delete(id: string): Promise<boolean> {
    checkCredentialId(id);
    return await this.#change((credentials) => {
      const left = without(credentials, id);
      return left.length === credentials.length ? null : left;
    });
  }

  watch(listener: (ids: readonly string[]) => void): () => void {
    return this.#watch?.add(listener) ?? (() => {});
  }

  problem(): string | null {
    return this.#problem;
  }

  async close(): Promise<void> {
    this.#watch?.close();
    await this.#used.close();
    await this.#turn;
  }

  async #take(
    id: string,
    { allows, isUse }: { allows(host: string | null): boolean; isUse: boolean },
  ): Promise<Secret | null> {
    checkCredentialId(id);
    return await this.#read((credentials) => {
      this.#watch?.seen(credentials);
      const found = credentials.find((credential) => credential.id === id);
      if (found === undefined || !allows(found.host)) return null;
      if (isUse) this.#used.note(found, this.#seconds());
      return new Secret(copyBytes(found.value));
    });
  }

  async #read<T>(use: (credentials: readonly Credential[]) => T): Promise<T> {
    const opened = await this.#open();
    try {
      return use(opened?.credentials ?? []);
    } finally {
      wipeCredentials(opened?.credentials ?? []);
    }
  }

  async #open(): Promise<OpenedVault | null> {
    try {
      const opened = await this.#store.read();
      if (this.#problem !== null) this.#options.log.info("The vault can be opened again.");
      this.#problem = null;
      return opened;
    } catch (error) {
      if (error instanceof VaultError && this.#problem !== error.message) {
        this.#problem = error.message;
        this.#options.log.error(error.message, error.cause);
      }
      throw error;
    }
  }

  /** @param change the secrets to store; null to leave them as they are */
  async #change(
    change: (credentials: readonly Credential[]) => Credential[] | null,
  ): Promise<boolean> {
    const changed = await this.#inTurn(async () => {
      const opened = await this.#open();
      try {
        const credentials = change(opened?.credentials ?? []);
        if (credentials === null) return false;
        await this.#store.write(this.#used.applyTo(credentials), {
          previous: opened?.header ?? null,
        });
        return true;
      } finally {
        wipeCredentials(opened?.credentials ?? []);
      }
    });
    if (changed) this.#watch?.look();
    return changed;
  }

  async #writeUses(): Promise<void> {
    await this.#inTurn(async () => {
      const opened = await this.#open();
      if (opened === null) return;
      try {
        const { header: previous, credentials } = opened;
        await this.#store.write(this.#used.applyTo(credentials), { previous, sameContents: true });
      } finally {
        wipeCredentials(opened.credentials);
      }
    });
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => withVaultLock(this.#options.lockPath, write));
    this.#turn = result.catch(() => {});
    return result;
  }

  #seconds(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }

  #tellCaution({ id, caution }: VaultBackend): void {
    if (caution === null || this.#told.has(id)) return;
    this.#told.add(id);
    this.#options.log.warn(caution);
  }
}

function without(credentials: readonly Credential[], id: string): Credential[] {
  return credentials.filter((credential) => credential.id !== id);
}

function newRevision(): string {
  return randomBytes(REVISION_BYTES).toHex();
}
