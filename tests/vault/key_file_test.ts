import assert from "node:assert/strict";
import { createKeyFile } from "../../sidecar/vault/key_file.ts";
import { vaultFault, withVaultRig } from "./vault_rig.ts";

Deno.test("a key file holds one random key that only the user can read", async () => {
  await withVaultRig(async ({ files }) => {
    const keys = createKeyFile(files.key);
    const created = await keys.create();
    assert.ok(created);
    assert.equal(created.key.length, 32);
    assert.deepEqual(await keys.read(created.keyId), created.key);
    assert.deepEqual(await createKeyFile(files.key).create(), created, "never overwritten");
    if (Deno.build.os === "windows") return;
    const mode = () => (Deno.statSync(files.key).mode ?? 0) & 0o777;
    assert.equal(mode(), 0o600);
    await Deno.chmod(files.key, 0o644);
    await keys.read(created.keyId);
    assert.equal(mode(), 0o600, "made private again");
  });
});

Deno.test("a key file that is missing, damaged or another vault's is told apart", async () => {
  await withVaultRig(async ({ files }) => {
    const keys = createKeyFile(files.key);
    await assert.rejects(keys.read(new Uint8Array(16)), vaultFault("locked", /is missing/));
    await keys.create();
    const whole = await Deno.readFile(files.key);
    await assert.rejects(keys.read(new Uint8Array(16)), vaultFault("locked", /of another vault/));
    for (const damaged of [new Uint8Array(), whole.subarray(0, 47), Uint8Array.of(...whole, 0)]) {
      await Deno.writeFile(files.key, damaged);
      await assert.rejects(keys.read(whole.subarray(0, 16)), vaultFault("locked", /is damaged/));
      await assert.rejects(keys.create(), vaultFault("locked", /is damaged/));
      assert.deepEqual(await Deno.readFile(files.key), damaged);
    }
  });
});
