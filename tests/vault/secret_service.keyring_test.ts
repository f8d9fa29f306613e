/** Vaults whose key lies in a real Secret Service: GNOME's keyring, through libsecret. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { KeyringProcess } from "../../sidecar/vault/keyring_client.ts";
import { counterpartTest } from "../counterparts.ts";
import { KEYRING, startBus, startKeyring } from "../peers/keyring.ts";
import { runVaultPeer } from "./run_vault_peer.ts";
import type { Answer, Orders, Step } from "./vault_peer.ts";
import { PASSWORD, TWITCH_KEY } from "./vault_rig.ts";

const KEYRING_PEER = fileURLToPath(new URL("keyring_peer.ts", import.meta.url));

/** As the sidecar asks the keyring. */
const PROCESS: KeyringProcess = {
  command: Deno.execPath(),
  args: ["run", "--no-check", "--no-lock", "--allow-ffi", KEYRING_PEER],
};

const SET: Step = { do: "set", id: PASSWORD, value: "pässword" };
const GET: Step = { do: "get", id: PASSWORD };

/** Runs the vault's steps in a program that finds the keyring, and one that does not. */
async function withFolder(
  env: Record<string, string>,
  test: (run: (steps: Step[], orders?: Partial<Orders>) => Promise<Answer[]>, folder: string) =>
    | Promise<void>
    | void,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "keyring-vault-" });
  const cache = { DENO_DIR: denoDir() };
  try {
    await test((steps, orders) =>
      runVaultPeer({ folder, keyring: "system", steps, ...orders }, {
        env: { ...env, ...cache },
      }), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The compiled code is kept there: a home of its own would have it compiled anew. */
function denoDir(): string {
  return Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.startsWith("vault")).sort();
}

function assertLocked([answer]: Answer[], message: RegExp): void {
  assert.ok(answer !== undefined && "fault" in answer, JSON.stringify(answer));
  assert.equal(answer.fault, "locked");
  assert.match(answer.message, message);
}

counterpartTest(
  "a vault's key lies in the keyring, seen there by name, and outlives the program",
  [...KEYRING],
  async () => {
    await using keyring = await startKeyring();
    await withFolder(keyring.env, async (run, folder) => {
      assert.deepEqual(await run([SET, GET]), [{ value: null }, { value: "pässword" }]);
      assert.deepEqual(names(folder), ["vault.dat", "vault.lock"], "no key file");
      assert.deepEqual(await run([GET, { do: "set", id: TWITCH_KEY, value: "k" }]), [
        { value: "pässword" },
        { value: null },
      ]);
      const keyId = (await Deno.readFile(`${folder}/vault.dat`)).slice(10, 26).toHex();
      const found = await keyring.search("vault", keyId);
      assert.match(found, /label = OBS Telemetry Bridge: key of the vault/);
      assert.match(found, /^secret = [0-9a-f]{64}$/m);
    });
  },
);

counterpartTest(
  "the sidecar gets the key through a process of its own, also for a new vault",
  [...KEYRING],
  async () => {
    await using keyring = await startKeyring();
    await withFolder(keyring.env, async (run) => {
      const viaProcess = { keyring: PROCESS };
      assert.deepEqual(await run([SET], viaProcess), [{ value: null }]);
      assert.deepEqual(await run([GET], viaProcess), [{ value: "pässword" }]);
      assert.deepEqual(await run([GET]), [{ value: "pässword" }]);
      await keyring.lock();
      assertLocked(await run([GET], viaProcess), /is locked: unlock your keyring/);
    });
  },
);

counterpartTest(
  "a locked keyring opens no vault and makes none, and asks nobody",
  [...KEYRING],
  async () => {
    await using keyring = await startKeyring();
    await withFolder(keyring.env, async (run, folder) => {
      await run([SET]);
      const before = await Deno.readFile(`${folder}/vault.dat`);
      await keyring.lock();
      assertLocked(await run([GET]), /Cannot open the vault .*locked: unlock your keyring/);
      assertLocked(await run([SET]), /locked: unlock your keyring.*kept as it is/);
      assert.deepEqual(await Deno.readFile(`${folder}/vault.dat`), before);
      await Deno.remove(`${folder}/vault.dat`);
      assertLocked(await run([SET]), /Cannot make a new vault: .*unlock your keyring/);
      assert.deepEqual(names(folder), ["vault.lock"]);
    });
  },
);

counterpartTest(
  "a keyring that hangs costs its deadline and no more",
  [...KEYRING],
  async () => {
    await using keyring = await startKeyring();
    await withFolder(keyring.env, async (run) => {
      await run([SET]);
      keyring.process.signal("SIGSTOP");
      assertLocked(await run([GET], { timeoutMs: 300 }), /no answer within 0.3 s: unlock/);
      assertLocked(
        await run([GET], { keyring: PROCESS, timeoutMs: 1500 }),
        /no answer within 1.5 s: unlock/,
      );
      keyring.process.signal("SIGCONT");
      assert.deepEqual(await run([GET]), [{ value: "pässword" }]);
    });
  },
);

counterpartTest(
  "without a keyring on the bus, or without a bus, the key goes into a file",
  [...KEYRING],
  async () => {
    await using bus = await startBus();
    const without = { HOME: bus.env["HOME"] ?? "", XDG_RUNTIME_DIR: bus.env["HOME"] ?? "" };
    for (const env of [bus.env, { ...without, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" }]) {
      await withFolder(env, async (run, folder) => {
        assert.deepEqual(await run([SET, GET]), [{ value: null }, { value: "pässword" }]);
        assert.deepEqual(names(folder), ["vault.dat", "vault.key", "vault.lock"]);
        assert.deepEqual(await run([GET], { keyring: PROCESS }), [{ value: "pässword" }]);
      });
    }
  },
);
