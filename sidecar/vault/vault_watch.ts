import { createChangeCheck } from "../files/follow_file.ts";
import type { Log } from "../log/log.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Heartbeat } from "../time/heartbeat.ts";
import type { Credential } from "./credential.ts";

/** Looks after which a vault that could not be opened is tried again: a keyring may be open now. */
const LOOKS_UNTIL_RETRY = 30;

type Known = Pick<Credential, "id" | "revision">;

/** What a watch needs. */
export interface VaultWatchOptions {
  /** vault.dat. */
  path: string;
  /** Names the vault's contents without opening it; null if there is no vault. */
  contentsId(): Promise<string | null>;
  entries(): Promise<readonly Known[]>;
  heartbeat: Heartbeat;
  log: Log;
  clock?: Pick<Clock, "monotonic">;
}

/**
 * Notices changes of the vault by any program. It asks the system for the file's date and size;
 * only if they changed it reads the file, and only if secrets changed it opens the vault.
 */
export class VaultWatch {
  readonly #options: VaultWatchOptions;
  readonly #listeners = new Set<(ids: readonly string[]) => void>();
  /** Revisions by id as listeners know them; null before anything was read. */
  #known: Map<string, string> | null = null;
  readonly #mayHaveChanged: () => boolean;
  #contentsId: string | null | undefined;
  /** Looks since the vault could not be opened; null if it could. */
  #looksSinceFailure: number | null = null;
  #looks: Disposable | null = null;
  #look: Promise<void> | null = null;
  #lookAgain = false;

  constructor(options: VaultWatchOptions) {
    this.#options = options;
    const { path, clock = systemClock } = options;
    this.#mayHaveChanged = createChangeCheck(path, { clock });
  }

  /** Somebody was told these; what differs from them later is a change. */
  seen(entries: readonly Known[]): void {
    this.#known ??= revisionsOf(entries);
  }

  add(listener: (ids: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    if (this.#looks === null) {
      this.#looks = this.#options.heartbeat.add(() => void this.look());
      void this.look();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Looks for changes now. Resolves when they are told; never rejects. */
  look(): Promise<void> {
    if (this.#looks === null) return Promise.resolve();
    this.#lookAgain = true;
    return this.#look ??= this.#lookWhileAsked().finally(() => this.#look = null);
  }

  close(): void {
    this.#looks?.[Symbol.dispose]();
    this.#looks = null;
  }

  async #lookWhileAsked(): Promise<void> {
    while (this.#lookAgain) {
      this.#lookAgain = false;
      await this.#lookOnce();
    }
  }

  async #lookOnce(): Promise<void> {
    const mayHaveChanged = this.#mayHaveChanged();
    if (this.#looksSinceFailure !== null) this.#looksSinceFailure++;
    const retry = (this.#looksSinceFailure ?? 0) >= LOOKS_UNTIL_RETRY;
    if (!mayHaveChanged && !retry) return;
    try {
      const contentsId = await this.#options.contentsId();
      if (contentsId !== this.#contentsId) {
        const known = this.#known ?? (this.#looksSinceFailure === null ? null : new Map());
        const now = revisionsOf(await this.#options.entries());
        this.#contentsId = contentsId;
        this.#tell(now, known ?? now);
      }
      this.#looksSinceFailure = null;
    } catch (error) {
      // What was in force stays so. The vault itself reports why it cannot be opened.
      this.#options.log.debug("Cannot see what changed in the vault.", error);
      this.#looksSinceFailure = 0;
    }
  }

  #tell(now: Map<string, string>, before: Map<string, string>): void {
    this.#known = now;
    const ids = [...new Set([...before.keys(), ...now.keys()])]
      .filter((id) => before.get(id) !== now.get(id));
    if (ids.length === 0) return;
    for (const listener of [...this.#listeners]) listener(ids);
  }
}

function revisionsOf(entries: readonly Known[]): Map<string, string> {
  return new Map(entries.map(({ id, revision }) => [id, revision]));
}
