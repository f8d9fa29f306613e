/** Several programs at one vault, and programs that are killed while they write. */
import assert from "node:assert/strict";
import { withVaultLock } from "../../sidecar/vault/vault_lock.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { until } from "../peers/until.ts";
import { runVaultPeer, startVaultPeer } from "./run_vault_peer.ts";
import { bytes, PASSWORD, textOf, TWITCH_KEY, vaultFault, withVaultRig } from "./vault_rig.ts";

const WRITERS = 5;
const WRITES = 20;

Deno.test("five programs that store 20 secrets each at once lose none", async () => {
  await withVaultRig(async ({ folder, files, open }) => {
    const steps = (writer: number) =>
      Array.from({ length: WRITES }, (_, i) => ({
        do: "set" as const,
        id: `platforms.w${writer}-${i}.stream_key`,
        value: `${writer}:${i}`,
      }));
    const runs = Array.from(
      { length: WRITERS },
      (_, w) => runVaultPeer({ folder, steps: steps(w) }),
    );
    for (const answers of await Promise.all(runs)) {
      assert.deepEqual(answers, Array(WRITES).fill({ value: null }));
    }
    const vault = open([keyFileBackend(files.key)]);
    assert.equal((await vault.list()).length, WRITERS * WRITES);
    for (let i = 0; i < WRITES; i++) {
      assert.equal(await textOf(vault, `platforms.w3-${i}.stream_key`), `3:${i}`);
    }
  });
});

Deno.test("within one program too, writes at once lose none", async () => {
  await withVaultRig(async ({ open }) => {
    const vaults = [open(), open()];
    // The first write makes the key; the two have back ends of their own.
    await vaults[0]?.set(PASSWORD, bytes("pw"), { host: null });
    await Promise.all(
      Array.from(
        { length: 20 },
        (_, i) => vaults[i % 2]?.set(`platforms.p${i}.stream_key`, bytes("x"), { host: null }),
      ),
    );
    assert.equal((await open().list()).length, 21);
  });
});

Deno.test("killed while it writes, a program leaves the old vault or the new one", async () => {
  await withVaultRig(async ({ folder, files, open }) => {
    const vault = open([keyFileBackend(files.key)]);
    await vault.set(TWITCH_KEY, bytes("untouched"), { host: null });
    for (let round = 0; round < 12; round++) {
      const peer = startVaultPeer({ folder, steps: [{ do: "forever", id: PASSWORD }] });
      await peer.waitForOutput(new RegExp(`^${5 + round * 3}$`, "m"));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
      await peer.stop({ signal: "SIGKILL" });
      const told = Number(peer.output().trim().split("\n").at(-1));
      const stored = Number(await textOf(vault, PASSWORD));
      assert.ok(stored === told || stored === told + 1, `stored ${stored}, told ${told}`);
      assert.equal(await textOf(vault, TWITCH_KEY), "untouched");
    }
    await vault.set(PASSWORD, bytes("after"), { host: null });
    assert.equal(await textOf(vault, PASSWORD), "after");
  });
});

Deno.test("a lock that is never given back is an error in the end, and nothing is changed", async () => {
  await withVaultRig(async ({ files }) => {
    const held = Promise.withResolvers<void>();
    const holder = withVaultLock(files.lock, () => held.promise);
    let written = false;
    const write = () => {
      written = true;
      return Promise.resolve();
    };
    await until(async () => {
      using file = await Deno.open(files.lock, { write: true });
      return !await file.tryLock(true);
    }, { what: "the lock is held" });
    await assert.rejects(
      withVaultLock(files.lock, write, { deadlineMs: 60 }),
      vaultFault("busy", /kept \S+vault\.lock locked for 0.06 s\. Nothing was changed/),
    );
    assert.equal(written, false);
    held.resolve();
    await holder;
    await withVaultLock(files.lock, write, { deadlineMs: 60 });
    assert.equal(written, true);
  });
});
