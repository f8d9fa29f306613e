import assert from "node:assert/strict";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { UseRecord } from "../../sidecar/vault/use_record.ts";
import { VaultWatch } from "../../sidecar/vault/vault_watch.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";
import { runVaultPeer } from "./run_vault_peer.ts";
import { bytes, PASSWORD, textOf, TWITCH_KEY, withVaultRig } from "./vault_rig.ts";

/** Longest that a change by another program may take to be noticed. */
const NOTICED_MS = 2000;

Deno.test("what another program sets or deletes is told within 2 s, and only that", async () => {
  await withVaultRig(async ({ folder, files, open }) => {
    const vault = open([keyFileBackend(files.key)]);
    await vault.set(TWITCH_KEY, bytes("key"), { host: null });
    assert.equal(await textOf(vault, PASSWORD), null);
    const told: (readonly string[])[] = [];
    const end = vault.watch((ids) => told.push(ids));
    const noticed = (count: number) =>
      until(() => told.length >= count, { what: "it is told", withinMs: NOTICED_MS });

    await runVaultPeer({ folder, steps: [{ do: "set", id: PASSWORD, value: "new" }] });
    await noticed(1);
    assert.equal(await textOf(vault, PASSWORD), "new");
    await runVaultPeer({ folder, steps: [{ do: "set", id: PASSWORD, value: "new" }] });
    await noticed(2);
    await runVaultPeer({ folder, steps: [{ do: "delete", id: TWITCH_KEY }] });
    await noticed(3);
    await Deno.remove(files.vault);
    await noticed(4);
    assert.deepEqual(told, [[PASSWORD], [PASSWORD], [TWITCH_KEY], [PASSWORD]]);
    end();
  });
});

Deno.test("its own changes are told at once; uses of secrets are no changes", async () => {
  await withVaultRig(async ({ open }) => {
    const [vault, other] = [open(), open()];
    await vault.set(PASSWORD, bytes("pw"), { host: null });
    const told: (readonly string[])[] = [];
    vault.watch((ids) => told.push(ids));
    assert.equal(await textOf(other, PASSWORD), "pw");
    await other.close();
    await vault.set(TWITCH_KEY, bytes("key"), { host: null });
    await until(() => told.length > 0, { what: "the change is told" });
    assert.deepEqual(told, [[TWITCH_KEY]]);
  });
});

Deno.test("a change between the first question and the first look is told", async () => {
  await withVaultRig(async ({ open }) => {
    const [vault, other] = [open(), open()];
    assert.equal(await textOf(vault, PASSWORD), null);
    await other.set(PASSWORD, bytes("pw"), { host: null });
    const told = Promise.withResolvers<readonly string[]>();
    vault.watch(told.resolve);
    assert.deepEqual(await told.promise, [PASSWORD]);
  });
});

Deno.test("damage takes nothing out of force; the repaired vault tells what is new", async () => {
  await withVaultRig(async ({ open, files, lines }) => {
    const [vault, other] = [open(), open()];
    await other.set(PASSWORD, bytes("old"), { host: null });
    assert.equal(await textOf(vault, PASSWORD), "old");
    await other.set(PASSWORD, bytes("new"), { host: null });
    const whole = await Deno.readFile(files.vault);
    await Deno.writeFile(files.vault, whole.subarray(0, 100));
    const told = Promise.withResolvers<readonly string[]>();
    let tellings = 0;
    vault.watch((ids) => {
      tellings++;
      told.resolve(ids);
    });
    await until(() => lines.some((line) => line.includes("Cannot see what changed")), {
      what: "the damage is seen",
    });
    assert.equal(tellings, 0);
    await Deno.writeFile(files.vault, whole);
    assert.deepEqual(await told.promise, [PASSWORD]);
  });
});

Deno.test("where a date lasts 2 s, a vault of the same size in the same date is looked at again", async () => {
  await withVaultRig(async ({ folder }) => {
    const path = `${folder}/vault.dat`;
    const date = new Date("2026-11-22T20:00:02Z");
    await Deno.writeTextFile(path, "first");
    await Deno.utime(path, date, date);
    const time = new FakeTime();
    const told: (readonly string[])[] = [];
    const watch = new VaultWatch({
      path,
      contentsId: () => Deno.readTextFile(path),
      entries: async () => [{ id: PASSWORD, revision: await Deno.readTextFile(path) }],
      heartbeat: { add: () => ({ [Symbol.dispose]() {} }) },
      log: keptLog().log,
      clock: time,
    });
    const end = watch.add((ids) => told.push(ids));
    await watch.look();
    await Deno.writeTextFile(path, "other");
    await Deno.utime(path, date, date);
    time.sleep(2000);
    await watch.look();
    assert.deepEqual(told, [[PASSWORD]]);
    end();
  });
});

Deno.test("a vault that could not be opened is tried again every 30 s, and all of it is told", async () => {
  await withVaultRig(async ({ folder }) => {
    let [tries, locked] = [0, true];
    await Deno.writeTextFile(`${folder}/vault.dat`, "");
    const watch = new VaultWatch({
      path: `${folder}/vault.dat`,
      contentsId: () => Promise.resolve("same"),
      entries() {
        tries++;
        if (locked) return Promise.reject(new Error("the keyring is locked"));
        return Promise.resolve([{ id: PASSWORD, revision: "1" }, {
          id: TWITCH_KEY,
          revision: "2",
        }]);
      },
      heartbeat: { add: () => ({ [Symbol.dispose]() {} }) },
      log: keptLog().log,
    });
    const told: (readonly string[])[] = [];
    const end = watch.add((ids) => told.push(ids));
    const look = async (times: number) => {
      for (let i = 0; i < times; i++) await watch.look();
    };
    await look(25);
    assert.equal(tries, 1, "asking a keyring each second would be a nuisance");
    await look(10);
    assert.equal(tries, 2);
    locked = false;
    await look(35);
    assert.equal(tries, 3);
    assert.deepEqual(told, [[PASSWORD, TWITCH_KEY]]);
    end();
  });
});

Deno.test("uses are written together a minute after the first, and again after a failure", async () => {
  using time = new FakeTime().install();
  const { log, lines } = keptLog();
  let writes = 0;
  let fails = true;
  const uses = new UseRecord({
    write() {
      writes++;
      return fails ? Promise.reject(new Error("disk full")) : Promise.resolve();
    },
    log,
  });
  const used = { id: PASSWORD, revision: "00", last_used: 5 };
  uses.note(used, 100);
  uses.note(used, 130);
  uses.note({ ...used, revision: "01" }, 131);
  await time.pass(59_000);
  assert.equal(writes, 0);
  await time.pass(1000);
  assert.equal(writes, 1);
  assert.match(lines[0] ?? "", /^debug: Cannot write when secrets were last used/);
  assert.equal(uses.latest(used), 130);
  fails = false;
  uses.note(used, 200);
  await time.pass(60_000);
  assert.equal(writes, 2);
  assert.equal(uses.latest({ ...used, last_used: 200 }), 200);
  assert.equal(uses.latest(used), 5, "what was written is read from the vault again");
  await uses.close();
  assert.equal(writes, 2);
});
