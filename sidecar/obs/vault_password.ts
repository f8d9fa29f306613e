import type { Log } from "../log/log.ts";
import type { Redactor } from "../log/redactor.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import type { Vault } from "../vault/vault.ts";

/** The id of OBS's password in the vault. */
const OBS_PASSWORD = "obs.websocket.password";

/** How long the search for OBS waits for the vault; a keyring may hang much longer. */
const PATIENCE_MS = 3_000;

/** What the function needs. */
export interface VaultPasswordOptions {
  vault: Pick<LazyVault, "find" | "watch">;
  /** OBS's host as it is set now. */
  host(): string;
  /** Called when there may be another password. */
  onChange(): void;
  redactor: Redactor;
  log: Log;
  patienceMs?: number;
}

interface Answer {
  readonly host: string;
  readonly password: Promise<string | null>;
  /** Whether the vault could not be asked. */
  failed: boolean;
}

/**
 * Makes the function that tells the password that the user entered for OBS's host; null if there
 * is none, or none can be had now: then OBS is sought without it. The vault is asked again only
 * when the host or what is in the vault changed. Passwords are kept out of the log from then on.
 */
export function createVaultPassword(
  { vault, host, onChange, redactor, log, patienceMs = PATIENCE_MS }: VaultPasswordOptions,
): () => Promise<string | null> {
  let answer: Answer | null = null;
  vault.watch((ids) => {
    if (!ids.includes(OBS_PASSWORD)) return;
    answer = null;
    onChange();
  });

  function ask(opened: Vault, forHost: string): Answer {
    const password = read(opened, forHost);
    const asked: Answer = { host: forHost, password, failed: false };
    password.catch(() => asked.failed = true);
    return asked;
  }

  async function read(opened: Vault, forHost: string): Promise<string | null> {
    using secret = await opened.getFor(OBS_PASSWORD, forHost);
    const text = secret?.text() ?? null;
    if (text !== null) redactor.add(text);
    return text;
  }

  return async () => {
    try {
      const opened = await vault.find();
      if (opened === null) return null;
      // The vault's watch tries again from time to time; then its problem is gone.
      const mended = answer?.failed === true && opened.problem() === null;
      if (answer === null || answer.host !== host() || mended) answer = ask(opened, host());
      return await withDeadline(answer.password, { ms: patienceMs, what: "the vault" });
    } catch (error) {
      // The vault reports itself why it does not open.
      if (!(error instanceof DeadlineError)) log.debug("No password out of the vault.", error);
      return null;
    }
  };
}
