import assert from "node:assert/strict";
import { defaultPlatform, type PlatformConfig } from "../../shared/config.ts";
import { platformTargets, unknownPlatforms } from "../../sidecar/preflight/platform_targets.ts";
import type { Vault } from "../../sidecar/vault/vault.ts";
import { VaultError } from "../../sidecar/vault/vault_error.ts";

/** A vault with keys of these platforms, each for a host. */
function vaultWith(keys: Record<string, string | null>) {
  const list = () =>
    Promise.resolve(
      Object.entries(keys).map(([name, host]) => ({
        ...{ id: `platforms.${name}.stream_key`, host, created_at: 1, last_used: null },
        revision: "00",
      })),
    );
  return { find: () => Promise.resolve({ list } as unknown as Vault) };
}

function platform(changes: Partial<PlatformConfig>): PlatformConfig {
  return { ...defaultPlatform("other"), ingest_url: "rtmp://live.example.com/app", ...changes };
}

Deno.test("a platform is set up with a URL, and a key for its host", async () => {
  const { targets, unready } = await platformTargets({
    platforms: {
      ready: platform({}),
      off: platform({ enabled: false }),
      no_url: platform({ ingest_url: null }),
      no_key: platform({}),
      moved: platform({ ingest_url: "rtmps://elsewhere.example.com/app" }),
    },
    only: [],
    vault: vaultWith({ ready: "live.example.com", no_url: null, moved: "live.example.com" }),
  });
  assert.deepEqual(targets.map(({ name }) => name), ["ready"]);
  const [noUrl, noKey, moved] = unready;
  assert.match(noUrl?.missing ?? "", /no ingest URL, so it is not set up/);
  assert.match(noKey?.remedy ?? "", /deno task vault set platforms\.no_key\.stream_key/);
  assert.match(moved?.missing ?? "", /entered for live\.example\.com and is not sent to elsewhere/);
  assert.match(moved?.remedy ?? "", /deno task vault confirm platforms\.moved\.stream_key/);
});

Deno.test("what is asked for by name is checked although it is not enabled", async () => {
  const platforms = { off: platform({ enabled: false }), on: platform({}) };
  const vault = vaultWith({ off: "live.example.com", on: "live.example.com" });
  const { targets } = await platformTargets({ platforms, only: ["off"], vault });
  assert.deepEqual(targets.map(({ name }) => name), ["off"]);
  assert.deepEqual(unknownPlatforms(["off", "nobody"], platforms), ["nobody"]);
});

Deno.test("with a vault that does not open, or a malformed URL, the server is checked all the same", async () => {
  const closed = { find: () => Promise.reject(new VaultError("locked", "The keyring is locked.")) };
  const platforms = { mine: platform({}) };
  const { targets } = await platformTargets({ platforms, only: [], vault: closed });
  await assert.rejects(async () => await targets[0]?.readKey(), /The keyring is locked/);
  const malformed = await platformTargets({
    platforms: { mine: platform({ ingest_url: "rtmp://live.example.com" }) },
    only: [],
    vault: vaultWith({ mine: "live.example.com" }),
  });
  assert.equal(malformed.targets.length, 1);
});
