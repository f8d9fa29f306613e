/** The macOS keychain's binding against a stand-in for Security.framework. */
import assert from "node:assert/strict";
import { describeStatus, type KeychainCalls, openKeychain } from "../../sidecar/darwin/keychain.ts";
import { createKeyringStore } from "../../sidecar/vault/keyring.ts";
import { vaultFault } from "./vault_rig.ts";

/** Native memory that the stand-in hands out. */
const SECRET_AT = 0x7000n;

/** A keychain in memory, whose calls check what they are given as the C declarations say. */
class FakeKeychain {
  status = 0;
  hangs = false;
  asks: number | null = null;
  freed: bigint[] = [];
  native = new Uint8Array();
  readonly items = new Map<string, Uint8Array>();

  readonly calls: KeychainCalls = {
    SecKeychainSetUserInteractionAllowed: (on) => {
      this.asks = on;
      return 0;
    },
    SecKeychainAddGenericPassword: (keychain, sLength, s, aLength, a, pLength, p, item) => {
      assert.deepEqual([keychain, item], [0n, 0n]);
      if (this.status === 0) {
        this.items.set(name(sLength, s, aLength, a), view(p).slice(0, pLength));
      }
      return this.#answer(this.status);
    },
    SecKeychainFindGenericPassword: (keychain, sLength, s, aLength, a, length, address, item) => {
      assert.deepEqual([keychain, item], [0n, 0n]);
      const found = this.items.get(name(sLength, s, aLength, a));
      if (this.status !== 0) return this.#answer(this.status);
      if (found === undefined) return this.#answer(-25300);
      this.native = found.slice();
      dataView(length).setUint32(0, found.length, true);
      dataView(address).setBigUint64(0, SECRET_AT, true);
      return this.#answer(0);
    },
    SecKeychainItemFreeContent: (list, at) => {
      assert.equal(list, 0n);
      this.freed.push(BigInt(at));
      return 0;
    },
    memcpy: (to, from, length) => {
      assert.equal(from, SECRET_AT);
      view(to).set(this.native.subarray(0, Number(length)));
      return 0n;
    },
    memset: (at, byte, length) => {
      assert.equal(at, SECRET_AT);
      this.native.fill(byte, 0, Number(length));
      return 0n;
    },
  };

  #answer(status: number): Promise<number> {
    return this.hangs ? new Promise(() => {}) : Promise.resolve(status);
  }
}

function view(buffer: AllowSharedBufferSource | null): Uint8Array {
  assert.ok(buffer instanceof Uint8Array);
  return buffer;
}

function dataView(buffer: AllowSharedBufferSource | null): DataView {
  const bytes = view(buffer);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function name(
  sLength: number,
  service: AllowSharedBufferSource | null,
  aLength: number,
  account: AllowSharedBufferSource | null,
): string {
  const text = (buffer: AllowSharedBufferSource | null, length: number) =>
    new TextDecoder().decode(view(buffer).subarray(0, length));
  assert.equal(text(service, sLength), "OBS Telemetry Bridge");
  return text(account, aLength);
}

Deno.test("a vault's key goes into the keychain under its id and comes back", async () => {
  const fake = new FakeKeychain();
  const keys = createKeyringStore({ open: () => openKeychain(fake.calls, { mayAsk: false }) });
  const created = await keys.create();
  assert.ok(created);
  const id = created.keyId.toHex();
  assert.deepEqual([...fake.items.keys()], [id]);
  assert.equal(fake.items.get(id)?.length, 32);
  assert.deepEqual(await keys.read(created.keyId), created.key);
  assert.equal(fake.asks, 0);
  assert.deepEqual(fake.freed, [SECRET_AT]);
  assert.ok(fake.native.every((byte) => byte === 0), "the library's copy is overwritten");
});

Deno.test("a keychain without the key, locked, refused or hanging is a clear error", async () => {
  const fake = new FakeKeychain();
  const keychain = openKeychain(fake.calls, { mayAsk: true, timeoutMs: 20 });
  assert.equal(fake.asks, 1);
  assert.equal(await keychain.find("00"), null);
  const keys = createKeyringStore({ open: () => keychain });
  await assert.rejects(
    keys.read(new Uint8Array(16)),
    vaultFault("locked", /does not hold its key/),
  );
  for (const [status, message] of [[-25308, /is locked/], [-128, /was not unlocked/]] as const) {
    fake.status = status;
    await assert.rejects(keys.create(), vaultFault("locked", message));
    await assert.rejects(keychain.find("00"), vaultFault("locked", /unlock your keyring/));
  }
  fake.hangs = true;
  await assert.rejects(keychain.find("00"), vaultFault("locked", /no answer within 0.02 s/));
});

Deno.test("a status that nobody expects is told by its number", () => {
  assert.equal(describeStatus(-50), "the keychain refuses (OSStatus -50)");
  assert.match(describeStatus(-25307), /there is no keychain/);
  assert.match(describeStatus(-25293), /refused the password/);
});
