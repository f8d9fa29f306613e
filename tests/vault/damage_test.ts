/** Vaults that cannot be opened: reported, kept, never written over. */
import assert from "node:assert/strict";
import type { VaultBackend } from "../../sidecar/vault/backend.ts";
import { createDpapiBackend } from "../../sidecar/vault/dpapi_backend.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import type { Vault } from "../../sidecar/vault/vault.ts";
import type { VaultError } from "../../sidecar/vault/vault_error.ts";
import { decodeVaultFile, encodeVaultFile } from "../../sidecar/vault/vault_file.ts";
import {
  bytes,
  keyringBackend,
  MemoryKeys,
  PASSWORD,
  textOf,
  TWITCH_KEY,
  vaultFault,
  type VaultRig,
  withVaultRig,
} from "./vault_rig.ts";

/** Every question fails in the same way, and the file stays what it is. */
async function assertShut(
  vault: Vault,
  { path, fault, message }: { path: string; fault: VaultError["fault"]; message: RegExp },
): Promise<void> {
  const before = await Deno.readFile(path);
  const shut = vaultFault(fault, message);
  await assert.rejects(vault.list(), shut);
  await assert.rejects(vault.get(PASSWORD), shut);
  await assert.rejects(vault.set(PASSWORD, bytes("new"), { host: null }), shut);
  await assert.rejects(vault.delete(PASSWORD), shut);
  await assert.rejects(vault.bind(PASSWORD, "a.example"), shut);
  assert.match(vault.problem() ?? "", message);
  assert.deepEqual(await Deno.readFile(path), before);
}

async function stored({ open, files }: VaultRig): Promise<Uint8Array> {
  await open().set(PASSWORD, bytes("the secret"), { host: "localhost" });
  return await Deno.readFile(files.vault);
}

Deno.test("a vault cut at any byte is damaged, and is kept", async () => {
  await withVaultRig(async (rig) => {
    const whole = await stored(rig);
    const vault = rig.open();
    for (let length = 0; length < whole.length; length++) {
      await Deno.writeFile(rig.files.vault, whole.subarray(0, length));
      await assert.rejects(
        vault.get(PASSWORD),
        vaultFault("damaged", /is damaged: .*kept as it is/),
      );
    }
    await assertShut(vault, { path: rig.files.vault, fault: "damaged", message: /is damaged/ });
    await Deno.writeFile(rig.files.vault, whole);
    assert.equal(await textOf(vault, PASSWORD), "the secret");
    assert.equal(vault.problem(), null);
  });
});

Deno.test("a vault with any byte changed is damaged, and is kept", async () => {
  await withVaultRig(async (rig) => {
    const whole = await stored(rig);
    const vault = rig.open();
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 0x01 : 0xff);
      await Deno.writeFile(rig.files.vault, changed);
      await assert.rejects(vault.list(), vaultFault("damaged", /is damaged/), `byte ${at}`);
    }
    await assertShut(vault, { path: rig.files.vault, fault: "damaged", message: /is damaged/ });
  });
});

Deno.test("a forged vault with the right checksum does not open", async () => {
  await withVaultRig(async (rig) => {
    const whole = await stored(rig);
    const vault = rig.open();
    const { headerBytes, payload } = await decodeVaultFile(whole);
    const forge = async (change: (parts: { header: Uint8Array; payload: Uint8Array }) => void) => {
      const parts = { header: headerBytes.slice(), payload: payload.slice() };
      change(parts);
      await Deno.writeFile(
        rig.files.vault,
        await encodeVaultFile({ headerBytes: parts.header, payload: parts.payload }),
      );
    };
    for (let at = 0; at < payload.length; at++) {
      await forge(({ payload }) => payload[at] = (payload[at] ?? 0) ^ 0x10);
      await assert.rejects(vault.list(), vaultFault("locked", /not the one that encrypted it/));
    }
    // The id of the contents, which the payload is bound to.
    await forge(({ header }) => header[30] = (header[30] ?? 0) ^ 1);
    await assert.rejects(vault.list(), vaultFault("locked", /not the one that encrypted it/));
    await forge(() => {});
    assert.equal(await textOf(vault, PASSWORD), "the secret");
  });
});

Deno.test("files that are no vault at all are told from damage within one", async () => {
  await withVaultRig(async ({ files, open }) => {
    const vault = open();
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(), /it is no vault/],
      [bytes("# my settings\n"), /it is no vault/],
      [new Uint8Array(9 << 20), /larger than any vault/],
    ];
    for (const [content, message] of cases) {
      await Deno.writeFile(files.vault, content);
      await assertShut(vault, { path: files.vault, fault: "damaged", message });
    }
  });
});

Deno.test("a locked keyring: a clear error, the vault kept, all well once it is open", async () => {
  await withVaultRig(async (rig) => {
    await stored(rig);
    const vault = rig.open();
    rig.keys.locked = true;
    await assertShut(vault, {
      path: rig.files.vault,
      fault: "locked",
      message: /Cannot open the vault .*unlock your keyring.*kept as it is/,
    });
    const told = rig.lines.filter((line) => line.startsWith("error"));
    assert.equal(told.length, 1, "told once, not at every try");
    rig.keys.locked = false;
    assert.equal(await textOf(vault, PASSWORD), "the secret");
    assert.equal(vault.problem(), null);
    assert.equal(rig.lines.at(-1), "info: The vault can be opened again.");
  });
});

Deno.test("a keyring that lost the key, or is another user's, opens nothing", async () => {
  await withVaultRig(async (rig) => {
    await stored(rig);
    await assertShut(rig.open([keyringBackend(new MemoryKeys())]), {
      path: rig.files.vault,
      fault: "locked",
      message: /does not hold its key.*move that file away/,
    });
  });
});

Deno.test("DPAPI that fails, as for another user: kept, reported", async () => {
  await withVaultRig(async (rig) => {
    const failing = dpapiStub({ user: "b" });
    const owner = rig.open([dpapiStub({ user: "a" })]);
    await owner.set(PASSWORD, bytes("pw"), { host: null });
    assert.equal(await textOf(owner, PASSWORD), "pw");
    await assertShut(rig.open([failing]), {
      path: rig.files.vault,
      fault: "locked",
      message: /another user or another PC.*administrator reset/,
    });
    assert.equal(await textOf(owner, PASSWORD), "pw");
  });
});

Deno.test("a vault is opened by the back end that wrote it, however many there are", async () => {
  await withVaultRig(async (rig) => {
    const { files, keys, open } = rig;
    const keyFile = keyFileBackend(files.key);
    await open([keyFile]).set(PASSWORD, bytes("pw"), { host: null });
    const both = open([keyringBackend(keys), keyFile]);
    await both.set(TWITCH_KEY, bytes("key"), { host: null });
    assert.equal(await textOf(both, PASSWORD), "pw");
    assert.equal(await textOf(open([keyFile]), TWITCH_KEY), "key");
    await assertShut(open([keyringBackend(keys)]), {
      path: files.vault,
      fault: "locked",
      message: /a key file is not to be had/,
    });
  });
});

Deno.test("a new vault goes to the first back end there is; a locked one is not passed over", async () => {
  await withVaultRig(async ({ keys, files, open, lines }) => {
    const vault = open([keyringBackend(keys), keyFileBackend(files.key)]);
    keys.locked = true;
    await assert.rejects(
      vault.set(PASSWORD, bytes("pw"), { host: null }),
      vaultFault("locked", /Cannot make a new vault: .*unlock your keyring.*Nothing was stored/),
    );
    assert.throws(() => Deno.statSync(files.key), Deno.errors.NotFound);
    keys.locked = false;
    keys.present = false;
    await vault.set(PASSWORD, bytes("pw"), { host: null });
    assert.equal((await Deno.stat(files.key)).size, 48);
    await vault.list();
    assert.equal(
      lines.filter((line) => /^warn: .*vault\.key.*Whoever can read/.test(line)).length,
      1,
    );
  });
});

/** DPAPI as one user has it: it opens what that user wrote. */
function dpapiStub({ user }: { user: string }): VaultBackend {
  const mark = bytes(`for ${user}:`);
  const same = (sealed: Uint8Array) => mark.every((byte, i) => byte === sealed[i]);
  return createDpapiBackend({
    crypt32: {
      protect: (plain) => Promise.resolve(Uint8Array.of(...mark, ...plain)),
      unprotect: (sealed) =>
        same(sealed)
          ? Promise.resolve(sealed.slice(mark.length))
          : Promise.reject(new Error("Windows refuses (CryptUnprotectData)")),
      close() {},
    },
  });
}

Deno.test("a folder in the vault's place is told as one, and stays", async () => {
  await withVaultRig(async ({ open, files }) => {
    await Deno.mkdir(files.vault);
    const shut = vaultFault("failed", /it is no file\. Move it away\.$/);
    await assert.rejects(open().list(), shut);
    await assert.rejects(open().set(PASSWORD, bytes("pw"), { host: null }), shut);
    assert.ok(Deno.statSync(files.vault).isDirectory);
  });
});
