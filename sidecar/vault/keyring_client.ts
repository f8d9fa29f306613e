/**
 * The keyring's library takes some 11 MB of memory and may hang, so the sidecar asks it through a
 * process of its own that ends at once (`cli/keyring.ts`).
 */
import { joinBytes, newBytes, wipe } from "../bytes/secret_bytes.ts";
import type { Log } from "../log/log.ts";
import { withDeadline } from "../time/deadline.ts";
import { KEY_ID_BYTES } from "./backend.ts";
import { KEY_BYTES, type KeyStore, type NamedKey } from "./key_store.ts";
import { KEYRING_DEADLINE_MS, keyringLocked } from "./keyring.ts";
import { VaultError } from "./vault_error.ts";

/** Exit code of the process that says that this machine has no keyring. */
export const EXIT_NO_KEYRING = 4;
/** Longest message of the process that is kept. */
const MESSAGE_CHARS = 500;
/** On top of the keyring's own time: starting a process on a busy machine. */
const START_MS = 10_000;

/** How the process is started. */
export interface KeyringProcess {
  command: string;
  /** Up to and without the action. */
  args: readonly string[];
}

/** The built sidecar as keyring process. @param dist folder of the built sidecar */
export function keyringProcess(dist: URL): KeyringProcess {
  return {
    command: "deno",
    args: [
      "run",
      "--no-config",
      "--no-prompt",
      "--allow-ffi",
      "--allow-sys=hostname,homedir,uid",
      "--allow-env",
      new URL("main.js", dist).href,
      "keyring",
    ],
  };
}

/** What a keyring client needs. */
export interface KeyringClientOptions {
  log: Pick<Log, "warn">;
  timeoutMs?: number;
}

/**
 * Keeps keys in the keyring, through a process that is killed if it hangs. Where that cannot be
 * started, for `deno` is not in PATH, there is no keyring for a new vault, and one that was written
 * with the keyring stays closed.
 */
export function createKeyringClient(
  { command, args }: KeyringProcess,
  { log, timeoutMs = KEYRING_DEADLINE_MS + START_MS }: KeyringClientOptions,
): KeyStore {
  /**
   * What the process prints; null if there is no keyring.
   * @throws Deno.errors.NotFound if there is no such program
   */
  async function ask(action: readonly string[], expected: number): Promise<Uint8Array | null> {
    const child = new Deno.Command(command, {
      args: [...args, ...action],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    try {
      const { code, stdout, stderr } = await withDeadline(child.output(), {
        ms: timeoutMs,
        what: "the keyring",
      });
      if (code === EXIT_NO_KEYRING) return null;
      if (code === 0 && stdout.length === expected) return stdout;
      wipe(stdout);
      throw new VaultError("locked", messageOf(stderr) || "the keyring's program does not work");
    } catch (cause) {
      if (cause instanceof VaultError) throw cause;
      throw keyringLocked(`the keyring gave no answer within ${timeoutMs / 1000} s`, { cause });
    } finally {
      kill(child);
      await child.status;
    }
  }

  return {
    async create() {
      try {
        const printed = await ask(["create"], KEY_ID_BYTES + KEY_BYTES);
        return printed === null ? null : takeNamedKey(printed);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        log.warn(
          `No keyring is used for the secrets: the sidecar asks it through "${command}", which is ` +
            "not in PATH. To use it, put deno's folder into PATH and restart the sidecar; then " +
            "delete vault.dat and set the secrets again.",
        );
        return null;
      }
    },
    async read(keyId) {
      const printed = await ask(["read", keyId.toHex()], KEY_BYTES).catch((cause) => {
        if (!(cause instanceof Deno.errors.NotFound)) throw cause;
        throw new VaultError(
          "locked",
          `the keyring is asked through "${command}", which is not in PATH: put deno's folder into ` +
            "PATH and restart the sidecar",
          { cause },
        );
      });
      if (printed === null) {
        throw new VaultError("locked", "the keyring's library is not installed any more");
      }
      const key = joinBytes(printed);
      wipe(printed);
      return key;
    },
  };
}

function takeNamedKey(printed: Uint8Array): NamedKey {
  const named = {
    keyId: joinBytes(printed.subarray(0, KEY_ID_BYTES)),
    key: newBytes(KEY_BYTES),
  };
  named.key.set(printed.subarray(KEY_ID_BYTES));
  wipe(printed);
  return named;
}

function messageOf(stderr: Uint8Array): string {
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  return (lines.at(-1) ?? "").slice(0, MESSAGE_CHARS);
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
