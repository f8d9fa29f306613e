import assert from "node:assert/strict";
import fc from "fast-check";
import { bytes, PASSWORD, textOf, TWITCH_KEY, vaultFault, withVaultRig } from "./vault_rig.ts";

Deno.test("a vault that is not there is empty, and reading it makes no file", async () => {
  await withVaultRig(async ({ folder, open }) => {
    const vault = open();
    assert.deepEqual(await vault.list(), []);
    assert.equal(await vault.get(PASSWORD), null);
    assert.equal(vault.problem(), null);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("what one program stores, another reads, until it is deleted", async () => {
  await withVaultRig(async ({ open, time }) => {
    const [one, other] = [open(), open()];
    await one.set(PASSWORD, bytes("hunter2"), { host: "LocalHost" });
    await one.set(TWITCH_KEY, bytes("live_1"), { host: "ingest.example" });
    await other.set(TWITCH_KEY, bytes("live_2"), { host: null });
    assert.equal(await textOf(one, PASSWORD), "hunter2");
    assert.equal(await textOf(one, TWITCH_KEY), "live_2");
    const listed = await other.list();
    assert.deepEqual(
      listed.map(({ id, host, created_at, last_used }) => ({
        id,
        host,
        created_at,
        last_used,
      })),
      [
        { id: PASSWORD, host: "localhost", created_at: seconds(time.now()), last_used: null },
        { id: TWITCH_KEY, host: null, created_at: seconds(time.now()), last_used: null },
      ],
    );
    assert.doesNotMatch(JSON.stringify(listed), /hunter2|live_/);
    assert.equal(await other.delete(PASSWORD), true);
    assert.equal(await other.delete(PASSWORD), false);
    assert.equal(await one.get(PASSWORD), null);
  });
});

Deno.test("any text survives being stored", async () => {
  await withVaultRig(async ({ open }) => {
    const vault = open();
    const value = fc.string({ unit: "binary", minLength: 1, maxLength: 1000 })
      .map((text) => bytes(text.replace(/\p{Cc}/gu, "x")));
    await fc.assert(
      fc.asyncProperty(value, async (value) => {
        const given = value.slice();
        await vault.set(TWITCH_KEY, value, { host: null });
        assert.deepEqual(value, given);
        using secret = await vault.get(TWITCH_KEY);
        assert.deepEqual(secret?.use((stored) => [...stored]), [...given]);
      }),
      { numRuns: 60 },
    );
  });
});

Deno.test("a secret is for the host it was entered for, until another is confirmed", async () => {
  await withVaultRig(async ({ open }) => {
    const vault = open();
    await vault.set(PASSWORD, bytes("pw"), { host: "obs.example" });
    using same = await vault.getFor(PASSWORD, "OBS.example.");
    assert.equal(same?.text(), "pw");
    assert.equal(await vault.getFor(PASSWORD, "evil.example"), null);
    assert.equal(await vault.bind(PASSWORD, "new.example"), true);
    assert.equal(await vault.getFor(PASSWORD, "obs.example"), null);
    using bound = await vault.getFor(PASSWORD, "new.example");
    assert.equal(bound?.text(), "pw");
    assert.equal(await vault.bind(TWITCH_KEY, "new.example"), false);
    await vault.set(TWITCH_KEY, bytes("key"), { host: null });
    assert.equal(await vault.getFor(TWITCH_KEY, "new.example"), null);
    await assert.rejects(vault.bind(PASSWORD, "a/b"), vaultFault("invalid", /is no host/));
  });
});

Deno.test("values that are empty or too large are refused, and nothing changes", async () => {
  await withVaultRig(async ({ open, files }) => {
    const vault = open();
    await vault.set(PASSWORD, new Uint8Array(64 << 10).fill(0x37), { host: null });
    const before = await Deno.readFile(files.vault);
    const set = (value: Uint8Array) => vault.set(PASSWORD, value, { host: null });
    await assert.rejects(set(new Uint8Array()), vaultFault("invalid", /cannot be empty/));
    await assert.rejects(
      set(new Uint8Array((64 << 10) + 1)),
      vaultFault("invalid", /64 KiB at most, this one has 65 KiB/),
    );
    await assert.rejects(set(new Uint8Array(1 << 20)), vaultFault("invalid", /1024 KiB/));
    for (const id of ["platforms.a/b.stream_key", "x", "\u0000"]) {
      await assert.rejects(vault.set(id, bytes("x"), { host: null }), vaultFault("invalid", /id/));
      await assert.rejects(vault.get(id), vaultFault("invalid", /id/));
      await assert.rejects(vault.delete(id), vaultFault("invalid", /id/));
    }
    assert.deepEqual(await Deno.readFile(files.vault), before);
  });
});

Deno.test("values that no reader could use are refused, without being repeated", async () => {
  await withVaultRig(async ({ open }) => {
    const vault = open();
    const set = (id: string, value: Uint8Array) => vault.set(id, value, { host: null });
    for (const value of [[0x70, 0xff], [0x70, 0xc3], [0x70, 0x0a, 0x70], [0x00]]) {
      await assert.rejects(
        set(PASSWORD, new Uint8Array(value)),
        vaultFault("invalid", /UTF-8 on one line/),
      );
    }
    for (const address of ["ftp://canary.example", "canary", "http://me:canary@localhost/"]) {
      await assert.rejects(set("grafana.api_url", bytes(address)), (error) => {
        assert.ok(error instanceof Error && !error.message.includes("canary"));
        return vaultFault("invalid", /^grafana\.api_url /)(error);
      });
    }
    assert.deepEqual(await vault.list(), []);
    await set("grafana.api_url", bytes("https://otlp.example/otlp"));
    assert.equal((await vault.list()).length, 1);
  });
});

Deno.test("a vault takes 63 of the largest secrets, and says when it is full", async () => {
  await withVaultRig(async ({ open, files }) => {
    const vault = open();
    const largest = new Uint8Array(64 << 10).fill(0x31);
    let stored = 0;
    const store = () => vault.set(`platforms.p${stored}.stream_key`, largest, { host: null });
    while (stored < 63) {
      await store();
      stored++;
    }
    const before = await Deno.stat(files.vault);
    await assert.rejects(store(), vaultFault("invalid", /vault is full/));
    assert.equal((await Deno.stat(files.vault)).ino, before.ino);
    assert.equal((await vault.list()).length, 63);
  });
});

Deno.test("only the user can read the files, and no temporary one is left", async () => {
  await withVaultRig(async ({ open, folder, files }) => {
    await open().set(PASSWORD, bytes("pw"), { host: null });
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["vault.dat", "vault.lock"]);
    if (Deno.build.os === "windows") return;
    for (const path of [files.vault, files.lock]) {
      assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    }
  });
});

Deno.test("what a crash left behind stops nobody", async () => {
  await withVaultRig(async ({ open, files, folder }) => {
    await Deno.writeTextFile(`${files.vault}.tmp`, "half a va");
    await open().set(PASSWORD, bytes("pw"), { host: null });
    assert.equal(await textOf(open(), PASSWORD), "pw");
    assert.ok(![...Deno.readDirSync(folder)].some(({ name }) => name.endsWith(".tmp")));
  });
});

Deno.test("every write takes new random bytes: the same secret never looks the same", async () => {
  await withVaultRig(async ({ open, files }) => {
    const vault = open();
    const seen = new Set<string>();
    for (let i = 0; i < 5; i++) {
      await vault.set(PASSWORD, bytes("same"), { host: null });
      seen.add((await Deno.readFile(files.vault)).slice(78, 90).toHex());
    }
    assert.equal(seen.size, 5);
  });
});

Deno.test("when a secret was last used is written once the vault is closed", async () => {
  await withVaultRig(async ({ open, files, time }) => {
    const [writer, user] = [open(), open()];
    await writer.set(PASSWORD, bytes("pw"), { host: "localhost" });
    await writer.set(TWITCH_KEY, bytes("key"), { host: null });
    const before = await Deno.readFile(files.vault);
    time.jump(5000);
    (await user.getFor(PASSWORD, "localhost"))?.wipe();
    assert.equal(await user.getFor(PASSWORD, "elsewhere.example"), null);
    assert.deepEqual(await Deno.readFile(files.vault), before);
    assert.equal((await user.list())[0]?.last_used, seconds(time.now()));
    await user.close();
    const [password, key] = await open().list();
    assert.equal(password?.last_used, seconds(time.now()));
    assert.equal(key?.last_used, null);
    assert.equal(password?.created_at, seconds(time.now()) - 5);
  });
});

Deno.test("a secret that was set anew counts as never used", async () => {
  await withVaultRig(async ({ open }) => {
    const [writer, user] = [open(), open()];
    await writer.set(PASSWORD, bytes("old"), { host: null });
    (await user.get(PASSWORD))?.wipe();
    await writer.set(PASSWORD, bytes("new"), { host: null });
    await user.close();
    const [entry] = await open().list();
    assert.equal(entry?.last_used, null);
    assert.equal(await textOf(open(), PASSWORD), "new");
  });
});

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
