import assert from "node:assert/strict";
import { Redactor } from "../../sidecar/log/redactor.ts";
import { createVaultPassword } from "../../sidecar/obs/vault_password.ts";
import { createLazyVault } from "../../sidecar/vault/lazy_vault.ts";
import type { Vault } from "../../sidecar/vault/vault.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";
import { keyringBackend, PASSWORD, type VaultRig, withVaultRig } from "../vault/vault_rig.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function createRig({ files, heartbeat, open }: VaultRig, { keys }: Pick<VaultRig, "keys">) {
  const address = { host: "localhost" };
  const redactor = new Redactor();
  let opened = 0;
  let changes = 0;
  const vault = createLazyVault(files.vault, {
    open: () => {
      opened++;
      return Promise.resolve(open([keyringBackend(keys)]));
    },
    heartbeat,
  });
  const password = createVaultPassword({
    vault,
    host: () => address.host,
    onChange: () => changes++,
    redactor,
    log: keptLog().log,
    patienceMs: 200,
  });
  return {
    vault,
    password,
    address,
    redactor,
    opened: () => opened,
    changes: () => changes,
    [Symbol.asyncDispose]: () => vault.close(),
  };
}

/** Stores it as another program does. */
async function store(writer: Vault, password: string, host = "localhost"): Promise<void> {
  await writer.set(PASSWORD, bytes(password), { host });
}

Deno.test("opens no vault while there is none, and finds one that is made later", () =>
  withVaultRig(async (rig) => {
    await using peer = createRig(rig, rig);
    const { password, opened, redactor } = peer;
    assert.equal(await password(), null);
    assert.equal(opened(), 0);
    await store(rig.open(), "entered");
    await until(() => peer.changes() === 1, { what: "it is told that there is one" });
    assert.equal(await password(), "entered");
    assert.equal(redactor.redact("it is entered"), "it is [redacted]");
  }));

Deno.test("tells the password to the host alone that it was entered for", () =>
  withVaultRig(async (rig) => {
    await store(rig.open(), "entered", "10.0.0.5");
    await using peer = createRig(rig, rig);
    const { password, address } = peer;
    assert.equal(await password(), null);
    address.host = "10.0.0.5";
    assert.equal(await password(), "entered");
    address.host = "10.0.0.6";
    assert.equal(await password(), null);
  }));

Deno.test("follows what another program changes", () =>
  withVaultRig(async (rig) => {
    const writer = rig.open();
    await store(writer, "first");
    await using peer = createRig(rig, rig);
    const { password } = peer;
    assert.equal(await password(), "first");
    for (
      const [time, change, expected] of [
        [1, () => store(writer, "second"), "second"],
        [2, () => writer.bind(PASSWORD, "10.0.0.5"), null],
        [3, () => writer.bind(PASSWORD, "localhost"), "second"],
        [4, () => writer.delete(PASSWORD), null],
      ] as const
    ) {
      await change();
      await until(() => peer.changes() === time, { what: `change ${time} is told` });
      assert.equal(await password(), expected);
    }
    await writer.set("grafana.api_url", bytes("https://a.example"), { host: null });
    await (await peer.vault.find())?.list();
    assert.equal(peer.changes(), 4, "other secrets are no change of this one");
  }));

Deno.test("asks a vault that does not open once, and again when it does", () =>
  withVaultRig(async (rig) => {
    await store(rig.open(), "entered");
    await using peer = createRig(rig, rig);
    const { password, vault } = peer;
    rig.keys.locked = true;
    assert.equal(await password(), null);
    assert.match(vault.problem() ?? "", /unlock your keyring/);
    await until(() => rig.keys.reads >= 2, { what: "the watch has asked too" });
    const { reads } = rig.keys;
    for (let time = 0; time < 20; time++) assert.equal(await password(), null);
    assert.equal(rig.keys.reads, reads);
    rig.keys.locked = false;
    const opened = await vault.find();
    await opened?.list();
    assert.equal(vault.problem(), null);
    assert.equal(await password(), "entered");
  }));

Deno.test("goes on without the vault while it does not answer, and takes a late answer", () =>
  withVaultRig(async (rig) => {
    await store(rig.open(), "entered");
    const unlocked = Promise.withResolvers<void>();
    const { keys } = rig;
    const slow = Object.assign(Object.create(keys), {
      read: async (keyId: Uint8Array) => {
        await unlocked.promise;
        return await keys.read(keyId);
      },
    });
    await using peer = createRig(rig, { keys: slow });
    const { password } = peer;
    assert.equal(await password(), null);
    unlocked.resolve();
    await until(async () => await password() === "entered", { what: "the late answer" });
  }));
