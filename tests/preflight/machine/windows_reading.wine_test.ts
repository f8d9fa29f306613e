/**
 * The bindings to powrprof, kernel32 and iphlpapi. It proves that our calls and layouts fit the
 * libraries; which plan and which interface they name is Wine's affair.
 */
import assert from "node:assert/strict";
import { bundlePeer } from "../../peers/bundle_peer.ts";
import { wineTest } from "../../peers/wine.ts";
import { defaultInterface } from "../../../sidecar/preflight/machine/link_reading.ts";
import type { WindowsReading } from "./windows_peer.ts";

const PEER = new URL("windows_peer.ts", import.meta.url);

wineTest("reads power plan, mains and the way to the internet of a Windows", async (wine) => {
  await bundlePeer(PEER, wine.folder);
  const [run] = await wine.deno(["run", "-A", "--no-config", "Z:\\session\\peer.js"]);
  assert.equal(run?.code, 0, run?.output);
  const last = run?.output.trim().split("\n").at(-1) ?? "";
  const { planGuid, onBattery, link }: WindowsReading = JSON.parse(last);
  const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  assert.ok(planGuid === null || guid.test(planGuid), `${planGuid}`);
  assert.notEqual(onBattery, true);
  const hasRoute = defaultInterface(await Deno.readTextFile("/proc/net/route")) !== null;
  assert.equal(link !== null, hasRoute);
  if (link !== null) assert.match(link.kind, /^(ethernet|wifi|virtual|other)$/);
});
