/**
 * A program of its own that works with the vault of a folder, as CLI and sidecar do:
 * `vault_peer.ts ORDERS.json`. It prints the answers as one line of JSON.
 */
import { silentLog } from "../../sidecar/log/log.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import type { KeyStore } from "../../sidecar/vault/key_store.ts";
import { createKeyringClient, type KeyringProcess } from "../../sidecar/vault/keyring_client.ts";
import { systemBackends } from "../../sidecar/vault/system_backends.ts";
import { openSystemKeyring } from "../../sidecar/vault/system_keyring.ts";
import { openVault, type Vault } from "../../sidecar/vault/vault.ts";
import { VaultError } from "../../sidecar/vault/vault_error.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";

/** What the program is to do. */
export interface Orders {
  folder: string;
  /** Which keyring it uses: none, the system's, or the system's through one more process. */
  keyring?: "system" | KeyringProcess;
  timeoutMs?: number;
  steps: Step[];
}

/** One thing to do; `forever` sets values 1, 2, 3 … and prints each number once it is stored. */
export type Step =
  | { do: "set"; id: string; value: string; host?: string }
  | { do: "get" | "delete" | "forever"; id: string }
  | { do: "list" };

/** What came of a step: what was asked for, or why not. */
export type Answer = { value: unknown } | { fault: string; message: string };

async function take(vault: Vault, step: Step): Promise<unknown> {
  switch (step.do) {
    case "set":
      await vault.set(step.id, new TextEncoder().encode(step.value), { host: step.host ?? null });
      return null;
    case "get": {
      using secret = await vault.get(step.id);
      return secret?.text() ?? null;
    }
    case "delete":
      return await vault.delete(step.id);
    case "list":
      return await vault.list();
    case "forever":
      for (let i = 1;; i++) {
        await vault.set(step.id, new TextEncoder().encode(String(i)), { host: null });
        console.log(i);
      }
  }
}

function keyStore({ keyring, timeoutMs }: Orders): KeyStore | null {
  if (keyring === undefined) return null;
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  if (keyring !== "system") return createKeyringClient(keyring, { log: silentLog, ...limit });
  return openSystemKeyring({ os: Deno.build.os, mayAsk: false, ...limit });
}

if (import.meta.main) {
  const orders: Orders = JSON.parse(Deno.readTextFileSync(Deno.args[0] ?? ""));
  const files = vaultFiles(orders.folder);
  const vault = openVault({
    path: files.vault,
    lockPath: files.lock,
    backends: systemBackends({
      os: Deno.build.os,
      keyring: keyStore(orders),
      keyFile: files.key,
    }),
    clock: systemClock,
    log: silentLog,
  });
  const answers: Answer[] = [];
  for (const step of orders.steps) {
    try {
      answers.push({ value: await take(vault, step) });
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      answers.push({ fault: error.fault, message: error.message });
    }
  }
  await vault.close();
  console.log(JSON.stringify(answers));
}
