import { loadConfig } from "../config/load_config.ts";
import { openDataDir } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { createLog, type Log } from "../log/log.ts";
import { systemClock } from "../time/clock.ts";
import { checkCredentialId, CREDENTIAL_IDS } from "../vault/credential_id.ts";
import { hostNow } from "../vault/credentials.ts";
import { entryHost, needsHost } from "../vault/entry_host.ts";
import { InputCancelledError, readSecret, type SecretInput } from "../vault/hidden_input.ts";
import { canonicalHost } from "../vault/host.ts";
import { keyFileBackend, systemBackends } from "../vault/system_backends.ts";
import { openSystemKeyring } from "../vault/system_keyring.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import { VaultError } from "../vault/vault_error.ts";
import { vaultFiles } from "../vault/vault_files.ts";
import { EXIT, type Flags, textFlag, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { entryTable, hostRemark } from "./entry_table.ts";
import { chosenDataDir } from "./session.ts";

/** How long the user may take to unlock the keyring. */
const UNLOCK_MS = 60_000;

const HELP = `Usage: deno task vault set ID [options]
       deno task vault list [options]
       deno task vault confirm ID [options]
       deno task vault delete ID [options]

Stores, lists and deletes secrets. set asks for the value without showing it, or reads it from
standard input. A secret is sent only to the host that it was entered for: once the settings name
another, it is not used until confirm allows it for that one, or the old one is back. A running
sidecar uses what was changed within 2 s. Values are never printed.

ID is one of:

${CREDENTIAL_IDS.map((id) => `  ${id}`).join("\n")}

  --host HOST      set, confirm: the only host the secret may be sent to (default: the one in
                   config.toml)
  --key-file       set: where no vault is yet, keep its key in a file and not in the keyring
  --data-dir DIR   the sidecar's data directory, if it was given one
  --help           print this
  --version        print the version

Exit codes: 0 done, 1 no such secret or cancelled, 2 could not run.`;

/** What the command reads from and asks through. */
export interface VaultTerminal {
  input: SecretInput;
  /** Prints text as it is, without a line end. */
  say(text: string): void;
}

/** Makes the command. */
export function createVaultCommand(terminal: VaultTerminal) {
  return {
    name: "vault",
    help: HELP,
    flags: { "host": "string", "key-file": "boolean", "data-dir": "string" },
    positionals: ["action", "id"],
    async run(flags: Flags, environment: Environment): Promise<number> {
      const { action, id } = checkCall(flags);
      const session = openSession(flags, environment);
      try {
        if (action === "list") return await list(session);
        if (action === "delete") return await remove(session, id);
        if (action === "confirm") return await confirm(session, { id, flags });
        return await set(session, { id, flags, terminal });
      } catch (error) {
        if (!(error instanceof VaultError || error instanceof InputCancelledError)) throw error;
        if (error.message !== session.vault.problem()) environment.printError(error.message);
        return error instanceof VaultError ? EXIT.cannotRun : EXIT.failed;
      } finally {
        await session.vault.close();
      }
    },
  } as const satisfies Command & { positionals: readonly string[] };
}

/** `deno task vault`: the secrets. */
export const vault = createVaultCommand({
  input: {
    isTerminal: () => Deno.stdin.isTerminal(),
    // Without `cbreak`, Ctrl-C arrives as a byte, and the terminal is put back in order.
    setRaw: (on) => Deno.stdin.setRaw(on),
    read: (buffer) => Deno.stdin.read(buffer),
  },
  say: (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
});

interface Session {
  vault: Vault;
  configPath: string;
  log: Log;
  print(line: string): void;
  printError(line: string): void;
}

function checkCall(flags: Flags): {
  action: "set" | "list" | "confirm" | "delete";
  id: string;
} {
  const { action, id } = flags;
  if (action === "list") {
    if (id !== undefined) throw new UsageError(`vault list takes no id. See --help.`);
    return { action, id: "" };
  }
  if (action !== "set" && action !== "confirm" && action !== "delete") {
    throw new UsageError(
      `vault needs one of set, list, confirm and delete${
        action === undefined ? "" : `, not "${action}"`
      }. ` +
        "See --help.",
    );
  }
  if (typeof id !== "string") throw new UsageError(`vault ${action} needs an id. See --help.`);
  try {
    checkCredentialId(id);
    const host = textFlag(flags, "host");
    if (host !== null) canonicalHost(host);
  } catch (cause) {
    if (cause instanceof VaultError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
  if (action === "confirm" && !needsHost(id)) {
    throw new UsageError(`${id} is an address itself: there is no host to confirm for it.`);
  }
  return { action, id };
}

function openSession(flags: Flags, environment: Environment): Session {
  const dataDir = openDataDir(chosenDataDir(textFlag(flags, "data-dir"), environment));
  const { os, env, print, printError } = environment;
  const files = vaultFiles(dataDir.root);
  const log = createLog({
    level: () => "warn",
    writers: [(line) => printError(line.replace(/^\S+ \S+ +/, ""))],
    redact: (line) => line,
    now: Date.now,
  });
  const usual = systemBackends({
    os,
    systemRoot: env("SystemRoot"),
    keyring: openSystemKeyring({ os, mayAsk: true, timeoutMs: UNLOCK_MS }),
    keyFile: files.key,
  });
  const keyFile = flags["key-file"] === true ? [keyFileBackend(files.key)] : [];
  const vault = openVault({
    path: files.vault,
    lockPath: files.lock,
    backends: [...keyFile, ...usual],
    clock: systemClock,
    log,
  });
  return { vault, configPath: dataDir.config, log, print, printError };
}

async function set(
  session: Session,
  { id, flags, terminal }: { id: string; flags: Flags; terminal: VaultTerminal },
): Promise<number> {
  const { vault, print, printError } = session;
  const host = await chosenHost(session, { id, flags });
  using secret = await readSecret(terminal.input, {
    prompt: `Value of ${id} (not shown): `,
    say: terminal.say,
  });
  await secret.use((bytes) => vault.set(id, bytes, { host }));
  print(host === null ? `${id} is stored.` : `${id} is stored, for ${host} alone.`);
  if (host === null && needsHost(id)) {
    printError(
      `No host is set for ${id} yet, so it is not used. Run "deno task vault confirm ${id} ` +
        '--host HOST" once you know where it goes.',
    );
  }
  return EXIT.ok;
}

/** The host that the user names, or that the settings do; null if neither. */
async function chosenHost(
  { vault, configPath, log }: Session,
  { id, flags }: { id: string; flags: Flags },
): Promise<string | null> {
  const named = textFlag(flags, "host");
  if (named !== null) return canonicalHost(named);
  return await entryHost(id, { settings: await loadConfig(configPath, { log }), vault });
}

async function confirm(
  session: Session,
  { id, flags }: { id: string; flags: Flags },
): Promise<number> {
  const { vault, print, printError } = session;
  const entry = (await vault.list()).find((candidate) => candidate.id === id);
  if (entry === undefined) return notSet(session, id);
  const host = await chosenHost(session, { id, flags });
  if (host === null) {
    printError(`No host is set for ${id} in config.toml: name it with --host HOST.`);
    return EXIT.failed;
  }
  if (host === entry.host) {
    print(`${id} is for ${host} alone already.`);
    return EXIT.ok;
  }
  if (!await vault.bind(id, host)) return notSet(session, id);
  print(
    entry.host === null
      ? `${id} is now for ${host} alone; it was for no host yet.`
      : `${id} is now for ${host} alone; it was for ${entry.host}.`,
  );
  return EXIT.ok;
}

async function remove(session: Session, id: string): Promise<number> {
  if (!await session.vault.delete(id)) return notSet(session, id);
  session.print(`${id} is deleted.`);
  return EXIT.ok;
}

function notSet({ printError }: Session, id: string): number {
  printError(`${id} is not set. "deno task vault list" shows what is.`);
  return EXIT.failed;
}

async function list({ vault, configPath, log, print }: Session): Promise<number> {
  const entries = await vault.list();
  if (entries.length === 0) {
    print("The vault is empty.");
    return EXIT.ok;
  }
  for (const line of entryTable(entries)) print(line);
  const settings = await loadConfig(configPath, { log });
  for (const { id, host } of entries) {
    const remark = hostRemark({ id, host, settingsHost: await hostNow(id, { settings, vault }) });
    if (remark !== null) print(remark);
  }
  return EXIT.ok;
}
