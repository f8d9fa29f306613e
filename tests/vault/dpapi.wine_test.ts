/**
 * The vault on Windows: the binding to DPAPI, the lock, and files replaced while others read
 * them. It proves that our calls are right and that our files behave; how well DPAPI encrypts is
 * for Windows itself to show, since Wine has a DPAPI of its own.
 */
import assert from "node:assert/strict";
import { bundlePeer } from "../peers/bundle_peer.ts";
import { type Wine, wineTest } from "../peers/wine.ts";
import { decodeVaultFile, encodeVaultFile } from "../../sidecar/vault/vault_file.ts";
import { formsInFiles, newCanary } from "./canary.ts";
import type { Answer, Step } from "./vault_peer.ts";
import { PASSWORD, TWITCH_KEY } from "./vault_rig.ts";

const PEER = new URL("vault_peer.ts", import.meta.url);

/** Works through several lists of steps, each in a program of its own, all at once. */
async function runSteps(wine: Wine, lists: Step[][]): Promise<Answer[][]> {
  const runs = lists.map((steps, i) => {
    const orders = JSON.stringify({ folder: "Z:\\session\\data", steps });
    Deno.writeTextFileSync(`${wine.folder}/orders-${i}.json`, orders);
    return ["run", "-A", "--no-config", "Z:\\session\\peer.js", `Z:\\session\\orders-${i}.json`];
  });
  return (await wine.deno(...runs)).map(({ code, output }) => {
    assert.equal(code, 0, output);
    return JSON.parse(output.trim().split("\n").at(-1) ?? "");
  });
}

wineTest("secrets survive a restart of Windows, encrypted by DPAPI", async (wine) => {
  await bundlePeer(PEER, wine.folder);
  const data = `${wine.folder}/data`;
  await Deno.mkdir(data);
  const canary = newCanary();
  const [first] = await runSteps(wine, [[
    { do: "set", id: PASSWORD, value: canary, host: "LOCALHOST" },
    { do: "set", id: TWITCH_KEY, value: "x".repeat(64 << 10) },
    { do: "get", id: PASSWORD },
  ]]);
  assert.deepEqual(first, [{ value: null }, { value: null }, { value: canary }]);
  const names = [...Deno.readDirSync(data)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["vault.dat", "vault.lock"]);
  assert.deepEqual(await formsInFiles(data, canary), []);
  const file = await Deno.readFile(`${data}/vault.dat`);
  assert.equal((await decodeVaultFile(file)).header.backend, "dpapi");

  const [again] = await runSteps(wine, [[
    { do: "get", id: PASSWORD },
    { do: "get", id: TWITCH_KEY },
    { do: "delete", id: TWITCH_KEY },
    { do: "get", id: TWITCH_KEY },
  ]]);
  assert.deepEqual(again, [
    { value: canary },
    { value: "x".repeat(64 << 10) },
    { value: true },
    { value: null },
  ]);

  // Damage that our own checksum does not see is DPAPI's to refuse; so is another header.
  const whole = await Deno.readFile(`${data}/vault.dat`);
  const { headerBytes, payload } = await decodeVaultFile(whole);
  const flipped = payload.slice();
  flipped[flipped.length - 40] = (flipped.at(-40) ?? 0) ^ 1;
  const otherHeader = headerBytes.slice();
  otherHeader[30] = (otherHeader[30] ?? 0) ^ 1;
  const damaged: [Uint8Array, string, RegExp][] = [
    [whole.subarray(0, whole.length - 1), "damaged", /it is cut off/],
    [await encodeVaultFile({ headerBytes, payload: flipped }), "locked", /another user/],
    [await encodeVaultFile({ headerBytes: otherHeader, payload }), "locked", /another user/],
  ];
  for (const [content, fault, message] of damaged) {
    await Deno.writeFile(`${data}/vault.dat`, content);
    const [answers] = await runSteps(wine, [[
      { do: "get", id: PASSWORD },
      { do: "set", id: PASSWORD, value: "new" },
    ]]);
    for (const answer of answers ?? []) {
      assert.ok("fault" in answer, JSON.stringify(answer));
      assert.equal(answer.fault, fault);
      assert.match(answer.message, message);
    }
    assert.deepEqual(await Deno.readFile(`${data}/vault.dat`), content);
  }
});

wineTest("three programs that store ten secrets each at once lose none", async (wine) => {
  await bundlePeer(PEER, wine.folder);
  await Deno.mkdir(`${wine.folder}/data`);
  const lists = [0, 1, 2].map((writer): Step[] =>
    Array.from({ length: 10 }, (_, i) => ({
      do: "set",
      id: `platforms.w${writer}-${i}.stream_key`,
      value: `${writer}:${i}`,
    }))
  );
  for (const answers of await runSteps(wine, lists)) {
    assert.deepEqual(answers, Array(10).fill({ value: null }));
  }
  const [answers] = await runSteps(wine, [[
    { do: "list" },
    { do: "get", id: "platforms.w2-9.stream_key" },
  ]]);
  const [listed, last] = answers ?? [];
  assert.ok(listed !== undefined && "value" in listed && Array.isArray(listed.value));
  assert.equal(listed.value.length, 30);
  assert.deepEqual(last, { value: "2:9" });
});
