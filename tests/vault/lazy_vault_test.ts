import assert from "node:assert/strict";
import { createLazyVault } from "../../sidecar/vault/lazy_vault.ts";
import { until } from "../peers/until.ts";
import { PASSWORD, withVaultRig } from "./vault_rig.ts";

Deno.test("opens one vault for all who ask at once, and not before there is a file", () =>
  withVaultRig(async ({ files, heartbeat, open }) => {
    let opened = 0;
    const lazy = createLazyVault(files.vault, {
      open: () => {
        opened++;
        return Promise.resolve(open());
      },
      heartbeat,
    });
    assert.equal(await lazy.find(), null);
    await lazy.close();
    assert.equal(opened, 0);
    await open().set(PASSWORD, new TextEncoder().encode("entered"), { host: "localhost" });
    const [one, other] = await Promise.all([lazy.find(), lazy.find()]);
    assert.notEqual(one, null);
    assert.equal(one, other);
    assert.equal(opened, 1);
    await lazy.close();
  }));

Deno.test("a vault that cannot be loaded is a problem that says what to do, until it can", () =>
  withVaultRig(async ({ files, heartbeat, open }) => {
    await open().set(PASSWORD, new TextEncoder().encode("entered"), { host: "localhost" });
    let isThere = false;
    const lazy = createLazyVault(files.vault, {
      open: () => isThere ? Promise.resolve(open()) : Promise.reject(new TypeError("no module")),
      heartbeat,
    });
    await assert.rejects(lazy.find(), /Cannot load the vault: no module\. Restart the sidecar\./);
    assert.match(lazy.problem() ?? "", /Restart the sidecar/);
    await lazy.close();
    isThere = true;
    assert.notEqual(await lazy.find(), null);
    assert.equal(lazy.problem(), null);
  }));

Deno.test("tells of the first secret and then of each change, asked or not", () =>
  withVaultRig(async ({ files, heartbeat, open }) => {
    const told: (readonly string[])[] = [];
    const lazy = createLazyVault(files.vault, {
      open: () => Promise.resolve(open()),
      heartbeat,
    });
    const writer = open();
    lazy.watch((ids) => told.push(ids));
    assert.equal(await lazy.find(), null);
    for (const [count, value] of [[1, "entered"], [2, "corrected"]] as const) {
      await writer.set(PASSWORD, new TextEncoder().encode(value), { host: "localhost" });
      await until(() => told.length === count, { what: `${value} is told`, withinMs: 5000 });
    }
    assert.deepEqual(told, [[PASSWORD], [PASSWORD]]);
    await lazy.close();
  }));

Deno.test("a vault that is there from the start is no change", () =>
  withVaultRig(async ({ files, heartbeat, open }) => {
    const writer = open();
    await writer.set(PASSWORD, new TextEncoder().encode("entered"), { host: "localhost" });
    const told: (readonly string[])[] = [];
    const lazy = createLazyVault(files.vault, {
      open: () => Promise.resolve(open()),
      heartbeat,
    });
    lazy.watch((ids) => told.push(ids));
    await (await lazy.find())?.list();
    await writer.delete(PASSWORD);
    await until(() => told.length > 0, { what: "the change is told" });
    assert.deepEqual(told, [[PASSWORD]]);
    await lazy.close();
  }));

Deno.test("a command's vault, which has no heartbeat, looks for no changes", () =>
  withVaultRig(async ({ files, open }) => {
    const writer = open();
    await writer.set(PASSWORD, new TextEncoder().encode("entered"), { host: "localhost" });
    let looks = 0;
    const lazy = createLazyVault(files.vault, {
      open: () => {
        looks++;
        return Promise.resolve(open());
      },
    });
    lazy.watch(() => assert.fail("nobody looks"));
    await lazy.close();
    assert.equal(looks, 0);
  }));
