import { fromHexBytes, joinBytes, wipe } from "../bytes/secret_bytes.ts";
import { KEY_ID_BYTES } from "../vault/backend.ts";
import type { KeyStore } from "../vault/key_store.ts";
import { EXIT_NO_KEYRING } from "../vault/keyring_client.ts";
import { openSystemKeyring } from "../vault/system_keyring.ts";
import { EXIT, type Flags, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";

/**
 * The process that the sidecar asks the keyring through: `main.js keyring create` and
 * `main.js keyring read ID`. Not for people: it prints the key's id and the key as they are.
 */
export const keyring: Command & { positionals: readonly string[] } = {
  name: "keyring",
  help: "Usage: keyring create | read ID. For the sidecar's own use.",
  flags: {},
  positionals: ["action", "id"],
  run: (flags, environment) =>
    printKey(flags, {
      keys: openSystemKeyring({ os: environment.os, mayAsk: false }),
      write: (bytes) => Deno.stdout.writeSync(bytes),
    }),
};

/** @returns the exit code */
export async function printKey(
  flags: Flags,
  { keys, write }: { keys: KeyStore | null; write(bytes: Uint8Array): void },
): Promise<number> {
  const { action, id } = flags;
  if (action === "create" && id === undefined) {
    const created = await keys?.create() ?? null;
    if (created === null) return EXIT_NO_KEYRING;
    writeWiped(joinBytes(created.keyId, created.key), write);
    wipe(created.key);
    return EXIT.ok;
  }
  const keyId = fromHexBytes(new TextEncoder().encode(String(id)));
  if (action !== "read" || keyId?.length !== KEY_ID_BYTES) throw new UsageError(keyring.help);
  if (keys === null) return EXIT_NO_KEYRING;
  writeWiped(await keys.read(keyId), write);
  return EXIT.ok;
}

function writeWiped(bytes: Uint8Array, write: (bytes: Uint8Array) => void): void {
  write(bytes);
  wipe(bytes);
}
