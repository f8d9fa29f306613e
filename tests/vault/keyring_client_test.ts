/** The process that asks the keyring, where it cannot be started. */
import assert from "node:assert/strict";
import { createKeyBackend } from "../../sidecar/vault/key_backend.ts";
import { createKeyringClient } from "../../sidecar/vault/keyring_client.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { keptLog } from "../log_lines.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { withHome } from "./sidecar_vault_rig.ts";
import {
  bytes,
  keyringBackend,
  PASSWORD,
  textOf,
  vaultFault,
  type VaultRig,
  withVaultRig,
} from "./vault_rig.ts";

/** The back ends of a sidecar whose helper is not in PATH. */
function backends({ files }: Pick<VaultRig, "files">) {
  const { log, lines } = keptLog();
  const keys = createKeyringClient({ command: "deno-that-is-not-here", args: [] }, { log });
  const keyring = createKeyBackend({ id: "secret-service", keys });
  return { lines, all: [keyring, keyFileBackend(files.key)] };
}

Deno.test("without deno in PATH a new vault takes a key file, and says why", () =>
  withVaultRig(async ({ files, open }) => {
    const { lines, all } = backends({ files });
    const vault = open(all);
    await vault.set(PASSWORD, bytes("entered"), { host: "localhost" });
    assert.equal(await textOf(open(all), PASSWORD), "entered");
    assert.ok(Deno.statSync(files.key).isFile);
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? "",
      /^warn: No keyring is used.* not in PATH.* put deno's folder into/,
    );
  }));

Deno.test("without deno in PATH a vault of the keyring stays as it is, and says what to do", () =>
  withVaultRig(async ({ files, keys, open }) => {
    await open([keyringBackend(keys)]).set(PASSWORD, bytes("kept"), { host: "localhost" });
    const before = await Deno.readFile(files.vault);
    const vault = open(backends({ files }).all);
    const told = vaultFault("locked", /not in PATH: put deno's folder into PATH and restart/);
    await assert.rejects(vault.get(PASSWORD), told);
    await assert.rejects(vault.set(PASSWORD, bytes("new"), { host: "localhost" }), told);
    assert.match(vault.problem() ?? "", /not in PATH/);
    assert.deepEqual(await Deno.readFile(files.vault), before);
    assert.throws(() => Deno.statSync(files.key), Deno.errors.NotFound);
    assert.equal(await textOf(open([keyringBackend(keys)]), PASSWORD), "kept");
  }));

if (Deno.build.os !== "windows") {
  Deno.test("a sidecar that is started by deno's whole path stores a secret", () =>
    withHome(async (home) => {
      await using sidecar = await startSidecarPeer({ home, env: { PATH: "/nowhere" } });
      const answer = await fetch(
        `http://127.0.0.1:${sidecar.port}/api/v1/credentials/${PASSWORD}`,
        {
          method: "PUT",
          headers: {
            authorization: `Bearer ${sidecar.token()}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({ value: "entered" }),
        },
      );
      assert.equal(answer.status, 204, await answer.text());
      const { mode } = Deno.statSync(`${sidecar.dataDir}/vault.key`);
      assert.equal((mode ?? 0) & 0o777, 0o600);
      await sidecar.process.waitForOutput(/No keyring is used .* "deno", which is not in PATH/);
      await sidecar.process.waitForOutput(/What this PC is made of is not read.* not in PATH/);
    }));
}
