/**
 * Uses a secret from standard input in one way, drops it, and waits to be looked at:
 * `canary_peer.ts FOLDER USE`. Run with `--v8-flags=--expose-gc`.
 */
import { silentLog } from "../../sidecar/log/log.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { readSecret, type SecretInput } from "../../sidecar/vault/hidden_input.ts";
import { systemBackends } from "../../sidecar/vault/system_backends.ts";
import { openVault, type Vault } from "../../sidecar/vault/vault.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";

/** What is done with the secret: never a string; a string that is dropped; one that is kept. */
export type CanaryUse = "bytes" | "text" | "kept";

const ID = "platforms.twitch.stream_key";

/** Ends at the line's end, as the rest of standard input is for the end of this program. */
function oneLine(): SecretInput {
  let ended = false;
  return {
    isTerminal: () => false,
    setRaw() {},
    async read(buffer) {
      if (ended) return null;
      const length = await Deno.stdin.read(buffer);
      ended = length === null || buffer[length - 1] === 0x0a;
      return length;
    },
  };
}

async function useSecret(vault: Vault, use: CanaryUse): Promise<unknown> {
  {
    using given = await readSecret(oneLine(), { prompt: "", say() {} });
    await given.use((bytes) => vault.set(ID, bytes, { host: "ingest.example" }));
  }
  using secret = await vault.getFor(ID, "ingest.example");
  if (secret === null) throw new Error("The vault does not hold what was stored");
  if (use === "bytes") return secret.use((bytes) => bytes.length);
  if (use === "text") return secret.text().length;
  return secret.text();
}

if (import.meta.main) {
  const files = vaultFiles(Deno.args[0] ?? "");
  const vault = openVault({
    path: files.vault,
    lockPath: files.lock,
    backends: systemBackends({ os: "linux", keyring: null, keyFile: files.key }),
    clock: systemClock,
    log: silentLog,
  });
  const kept = await useSecret(vault, Deno.args[1] as CanaryUse);
  await vault.close();
  const { gc } = globalThis as unknown as { gc(): void };
  for (let i = 0; i < 5; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  console.log("used");
  await Deno.stdin.read(new Uint8Array(1));
  console.log(String(kept).length);
}
