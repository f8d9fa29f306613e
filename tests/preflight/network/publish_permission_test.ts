import assert from "node:assert/strict";
import {
  publishPermission,
  type PublishPlace,
} from "../../../sidecar/preflight/network/publish_permission.ts";

function allowed(place: Partial<PublishPlace>): string | null {
  const permission = publishPermission({
    ...{ id: null, label: "It", host: "live.example.com", testKey: false },
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
    ...{ id: "twitch", label: "Twitch", host: TWITCH, testKey: false },
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

Deno.test("YouTube and others are published to only with a test key", () => {
  const youtube = { id: "youtube", host: "a.rtmps.youtube.com" };
  assert.equal(allowed(youtube), null);
  assert.equal(allowed({ ...youtube, testKey: true }), "live_1_key");
  assert.equal(allowed({}), null);
  assert.equal(allowed({ testKey: true }), "live_1_key");
});
