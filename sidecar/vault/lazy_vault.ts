import { cannotRun, type CannotRunError } from "../cannot_run_error.ts";
import type { Heartbeat } from "../time/heartbeat.ts";
import type { Vault } from "./vault.ts";

/** A vault that is loaded when there is something in it: most users keep no secret. */
export interface LazyVault {
  /**
   * The vault; null while there is none. The same one from then on.
   * @throws CannotRunError if it cannot be loaded
   */
  find(): Promise<Vault | null>;
  /**
   * The vault, also where there is none yet, for who wants to put something into it.
   * @throws CannotRunError if it cannot be loaded
   */
  open(): Promise<Vault>;
  /**
   * Tells the ids whose secret was set, bound or deleted, by this program or another, within 2 s;
   * all of them when there first is a vault. Ends with `close`.
   */
  watch(listener: (ids: readonly string[]) => void): void;
  /** Why the vault could not be opened when it was last tried; null if it could. */
  problem(): string | null;
  close(): Promise<void>;
}

/**
 * @param path vault.dat
 * @param options.open called once, when there first is such a file
 * @param options.heartbeat when it is looked for one; absent for commands, which are told of none
 */
export function createLazyVault(
  path: string,
  { open, heartbeat }: { open(): Promise<Vault>; heartbeat?: Heartbeat },
): LazyVault {
  let opened: Promise<Vault> | null = null;
  let vault: Vault | null = null;
  let failure: CannotRunError | null = null;
  const listeners = new Set<(ids: readonly string[]) => void>();
  let looks: Disposable | null = null;
  let isLooking = false;
  /** Whether a watch has looked and found no vault. */
  let wasMissing = false;

  const tell = (ids: readonly string[]) => listeners.forEach((listener) => listener(ids));

  async function look(): Promise<void> {
    if (isLooking || looks === null) return;
    isLooking = true;
    try {
      const found = await lazy.find();
      wasMissing ||= found === null;
      if (found === null || looks === null) return;
      endLooking();
      found.watch(tell);
      if (wasMissing) tell((await found.list()).map(({ id }) => id));
    } catch {
      // The vault reports itself why it does not open, and its watch tells when it does.
      wasMissing = true;
    } finally {
      isLooking = false;
    }
  }

  function endLooking(): void {
    looks?.[Symbol.dispose]();
    looks = null;
  }

  async function load(): Promise<Vault> {
    opened ??= open();
    try {
      vault = await opened;
      failure = null;
      return vault;
    } catch (cause) {
      opened = null;
      // A new build took the place of the files that this sidecar would load.
      failure = cannotRun("Cannot load the vault", { cause, remedy: "Restart the sidecar." });
      throw failure;
    }
  }

  const lazy: LazyVault = {
    find: async () => opened === null && !isThere(path) ? null : await load(),
    open: load,
    watch(listener) {
      if (heartbeat === undefined) return;
      listeners.add(listener);
      if (looks !== null || listeners.size > 1) return;
      looks = heartbeat.add(() => void look());
      void look();
    },
    problem: () => failure?.message ?? vault?.problem() ?? null,
    async close() {
      endLooking();
      listeners.clear();
      await vault?.close();
    },
  };
  return lazy;
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    // What cannot be looked at is the vault's to report.
    return !(error instanceof Deno.errors.NotFound);
  }
}
