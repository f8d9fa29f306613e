/** `main.js keyring` by itself: the process that the sidecar asks for keys. */
import { printKey } from "../../sidecar/cli/keyring.ts";
import { openSystemKeyring } from "../../sidecar/vault/system_keyring.ts";

if (import.meta.main) {
  const [action, id] = Deno.args;
  try {
    const code = await printKey({ action, id }, {
      keys: openSystemKeyring({ os: Deno.build.os, mayAsk: false }),
      write: (bytes) => Deno.stdout.writeSync(bytes),
    });
    Deno.exit(code);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
