import { cannotRun, type CannotRunError } from "../cannot_run_error.ts";
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
  /** Why the vault could not be opened when it was last tried; null if it could. */
  problem(): string | null;
  close(): Promise<void>;
}

/**
 * @param path vault.dat
 * @param options.open called once, when there first is such a file
 */
export function createLazyVault(
  path: string,
  { open }: { open(): Promise<Vault> },
): LazyVault {
  let opened: Promise<Vault> | null = null;
  let vault: Vault | null = null;
  let failure: CannotRunError | null = null;

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

  return {
    find: async () => opened === null && !await isThere(path) ? null : await load(),
    open: load,
    problem: () => failure?.message ?? vault?.problem() ?? null,
    close: async () => await vault?.close(),
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    // What cannot be looked at is the vault's to report.
    return !(error instanceof Deno.errors.NotFound);
  }
}
