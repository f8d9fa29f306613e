import assert from "node:assert/strict";
import { isOwnAddress, markOwnServers } from "../../../sidecar/preflight/network/own_server.ts";
import {
  publishPermission,
  type PublishPlace,
} from "../../../sidecar/preflight/network/publish_permission.ts";
import { target } from "./network_fixture.ts";

function allowed(place: Partial<PublishPlace>): string | null {
  const permission = publishPermission({
    ...{ id: null, label: "It", host: "live.example.com", testKey: false, ownServer: false },
    ...place,
  });
  return permission.allowed ? permission.keyFor("live_1_key") : null;
}

const TWITCH = "ingest.global-contribute.live-video.net";
const KICK = "fa723fc1b171.global-contribute.live-video.net";

Deno.test("Twitch is published to in its test mode only", () => {
  assert.equal(allowed({ id: "twitch", host: TWITCH }), "live_1_key?bandwidthtest=true");
  assert.equal(
    allowed({ id: null, host: "sea02.contribute.live-video.net", testKey: true }),
    "live_1_key?bandwidthtest=true",
  );
  const permission = publishPermission({
    ...{ id: "twitch", label: "Twitch", host: TWITCH, testKey: false, ownServer: false },
  });
  assert.ok(permission.allowed);
  assert.equal(
    permission.keyFor("live_1?bandwidthtest=false&a=1"),
    "live_1?a=1&bandwidthtest=true",
  );
});

Deno.test("a relay that is called Twitch is not: what it does with the key is not known", () => {
  assert.equal(allowed({ id: "twitch", host: "relay.example.com" }), null);
});

Deno.test("Kick and TikTok are never published to, whatever they are called", () => {
  for (const testKey of [false, true]) {
    assert.equal(allowed({ id: "kick", testKey }), null);
    assert.equal(allowed({ id: "tiktok", testKey }), null);
    assert.equal(allowed({ id: null, host: KICK, testKey }), null);
    assert.equal(allowed({ id: "twitch", host: KICK, testKey }), null);
    assert.equal(allowed({ id: null, host: "push-rtmp.tiktokcdn.com", testKey }), null);
  }
});

Deno.test("YouTube by its host, and a server of one's own, are published to with a test key", () => {
  const youtube = { id: "youtube", host: "a.rtmps.youtube.com" };
  assert.equal(allowed(youtube), null);
  assert.equal(allowed({ ...youtube, testKey: true }), "live_1_key");
  const own = { host: "192.168.1.4", ownServer: true };
  assert.equal(allowed(own), null);
  assert.equal(allowed({ ...own, testKey: true }), "live_1_key");
});

Deno.test("no other public host is, even with a test key", () => {
  assert.equal(allowed({ testKey: true }), null);
  assert.equal(allowed({ id: "youtube", host: "relay.example.com", testKey: true }), null);
  assert.equal(allowed({ id: "facebook", testKey: true }), null);
  assert.equal(allowed({ id: "x", host: "de.pscp.tv", testKey: true }), null);
  const named = { host: "live-api-s.facebook.com", testKey: true, ownServer: true };
  assert.equal(allowed(named), null, "a hosts file does not make Facebook one's own");
});

Deno.test("this machine and private addresses are one's own, others are not", () => {
  const own = ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.9", "169.254.1.1", "::1"];
  const private6 = ["fd00::1", "fe80::1", "::ffff:10.0.0.1"];
  for (const address of [...own, ...private6]) assert.ok(isOwnAddress(address), address);
  const others = ["8.8.8.8", "172.32.0.1", "11.0.0.1", "2001:db8::1", "10.example.com", "fd.tv"];
  for (const address of others) assert.ok(!isOwnAddress(address), address);
});

Deno.test("a name is one's own server if every address of it is", async () => {
  const names: Record<string, string[]> = {
    "nas.example.net": ["192.168.1.4"],
    "both.example.net": ["192.168.1.4", "203.0.113.5"],
  };
  const network = { lookup: (host: string) => Promise.resolve(names[host] ?? []) };
  const of = async (host: string, testKey = true) => {
    const url = `rtmp://${host}/live`;
    const [marked] = await markOwnServers([target({ url, testKey, ownServer: false })], {
      network,
      stepMs: 1000,
    });
    return marked?.ownServer;
  };
  assert.equal(await of("localhost"), true);
  assert.equal(await of("localhost."), true);
  assert.equal(await of("[::1]"), true);
  assert.equal(await of("nas.example.net"), true);
  assert.equal(await of("both.example.net"), false);
  assert.equal(await of("nowhere.example.net"), false);
  assert.equal(await of("nas.example.net", false), false);
});
