/** The check of a platform against servers that misbehave, and against those that must not be disturbed. */
import assert from "node:assert/strict";
import type { Finding } from "../../../shared/preflight.ts";
import { systemNetwork } from "../../../sidecar/rtmp/network.ts";
import { bandwidthChecks } from "../../../sidecar/preflight/bandwidth/bandwidth_checks.ts";
import { LiveError } from "../../../sidecar/preflight/live_guard.ts";
import { platformCheck } from "../../../sidecar/preflight/network/platform_check.ts";
import { type RtmpPeer, type RtmpScript, startRtmpServer } from "../../peers/rtmp_server.ts";
import { until } from "../../peers/until.ts";
import { access, allNamesHere, CANARY, context, idle, target } from "./network_fixture.ts";

function worst(findings: Finding[]): Finding | undefined {
  return findings.find(({ status }) => status === "fail");
}

async function look(
  changes: Parameters<typeof target>[0],
  options: Parameters<typeof access>[0] = {},
): Promise<Finding[]> {
  const check = platformCheck(target(changes), { access: access(options), guard: idle });
  const findings = await check.run(context());
  assert.ok(!JSON.stringify(findings).includes(CANARY));
  return findings;
}

Deno.test("a server that takes the key passes, with what each step took", async () => {
  using server = startRtmpServer();
  const findings = await look({ url: server.url });
  assert.deepEqual(findings.map(({ status }) => status), ["pass", "pass"]);
  assert.match(findings[0]?.seen ?? "", /^127\.0\.0\.1 answers: round trip .* connect .* ms\.$/);
  assert.match(findings[1]?.seen ?? "", /stream key works.*with your test key/);
  assert.ok(server.media.length > 0);
  assert.equal(server.commands.at(-1), "createStream");
});

const misbehaving: [string, RtmpScript, RegExp][] = [
  ["stays silent", { connected: () => {} }, /does not answer the RTMP handshake/],
  ["closes after S0", {
    connected: async (peer) => {
      await peer.raw(new Uint8Array([3]));
      peer.close();
    },
  }, /closed the connection during the RTMP handshake|connection broke/],
  ["sends garbage", {
    connected: async (peer) => await peer.raw(new TextEncoder().encode("HTTP/1.1 400 No\r\n\r\n")),
  }, /does not speak RTMP/],
  ["asks for chunks of 2^31 bytes", {
    command: async (_, peer) => {
      await peer.raw(new Uint8Array([2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0x80, 0, 0, 0]));
      return true;
    },
  }, /chunk|not RTMP|does not answer|closed the connection/i],
  ["refuses the application", {
    command: async ({ name, transaction }, peer) => {
      if (name !== "connect") return false;
      const info = { level: "error", code: "NetConnection.Connect.Rejected", description: "no" };
      await peer.command("_error", transaction, [null, info]);
      return true;
    },
  }, /refuses the application "live"/],
  ["refuses the key and repeats it", {
    command: async ({ name }, peer) => {
      if (name !== "publish") return false;
      const description = `bad key ${CANARY}`;
      await peer.status("NetStream.Publish.BadName", { level: "error", description });
      return true;
    },
  }, /refuses the stream: bad key \[key\]/],
  ["closes after the key", {
    command: ({ name }, peer) => {
      if (name === "publish") peer.close();
      return name === "publish";
    },
  }, /closed the connection without a reason/],
];
for (const [what, script, words] of misbehaving) {
  Deno.test(`a server that ${what} is a failure with its remedy`, async () => {
    using server = startRtmpServer(script);
    const finding = worst(await look({ url: server.url }));
    assert.match(finding?.seen ?? "", words);
    assert.ok(finding?.remedy, "it says what to do");
  });
}

for (const isGood of [true, false]) {
  const name = isGood
    ? "a key is good once the server has taken media for five seconds"
    : "a server that takes media for more than four seconds and then closes has refused the key";
  Deno.test(name, async () => {
    let nowMs = 0;
    let streaming: RtmpPeer | null = null;
    using server = startRtmpServer({
      command({ name }, peer) {
        if (name === "publish") streaming = peer;
        return false;
      },
    });
    const clock = { now: () => nowMs, monotonic: () => nowMs };
    const looked = look({ url: server.url }, { clock });
    await until(() => server.media.length > 0, { what: "the stream has begun" });
    nowMs = 4500;
    const { length } = server.media;
    await until(() => server.media.length > length + 4, { what: "it goes on" });
    if (isGood) nowMs = 5000;
    else (streaming as RtmpPeer | null)?.close();
    const [, finding] = await looked;
    assert.equal(finding?.status, isGood ? "pass" : "fail");
    assert.match(finding?.seen ?? "", isGood ? /was taken for 5 s/ : /closed the connection/);
  });
}

Deno.test("what cannot be an ingest, a name without address, a closed port: failures", async () => {
  const { addr } = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return { addr: listener.addr };
  })();
  const network = {
    ...systemNetwork,
    lookup: () => Promise.reject(new Error("no such name")),
  };
  const cases: [string, RegExp][] = [
    ["rtmp://", /must look like/],
    ["rtmps://host with space/app", /has a space/],
    ["rtmp://127.0.0.1", /names no application/],
    ["rtmp://127.0.0.1:99999/live", /port that is not within/],
    ["rtmp://nowhere.invalid/live", /has no address/],
    [`rtmp://127.0.0.1:${addr.port}/live`, /cannot be reached on port/],
  ];
  for (const [url, words] of cases) {
    const finding = worst(await look({ url }, { network }));
    assert.match(finding?.seen ?? "", words, url);
    assert.ok(finding?.remedy, url);
  }
});

Deno.test("a key with a space is a failure that does not show it", async () => {
  using server = startRtmpServer();
  const { Secret } = await import("../../../sidecar/vault/secret.ts");
  const readKey = () => Promise.resolve(new Secret(new TextEncoder().encode(`${CANARY} x`)));
  const finding = worst(await look({ url: server.url, readKey }));
  assert.match(finding?.seen ?? "", /stream key has a space/);
  assert.ok(!server.commands.includes("publish"));
});

Deno.test("nothing is published to Kick, TikTok, YouTube's live key or an unknown platform", async () => {
  using server = startRtmpServer();
  const at = (host: string) => `rtmp://${host}:${server.port}/app`;
  const targets = [
    target({ name: "kick", id: "kick", url: at("fa723fc1b171.global-contribute.live-video.net") }),
    target({ name: "tiktok", id: "tiktok", url: at("push.tiktokcdn.com") }),
    target({ name: "mine", url: at("abcdefabcdef.global-contribute.live-video.net") }),
    target({ name: "youtube", id: "youtube", url: at("a.rtmp.youtube.com"), testKey: false }),
    target({ name: "twitch", id: "twitch", url: at("relay.example.com"), testKey: false }),
    target({ name: "other", url: at("live.example.com"), ownServer: false }),
    target({ name: "kick", id: "kick", url: at("relay.example.com.") }),
  ];
  const options = { access: access({ network: allNamesHere }), guard: idle };
  for (const each of targets) {
    const findings = await platformCheck(each, options).run(context());
    assert.deepEqual(findings.map(({ status }) => status), ["pass", "pass"], each.name);
  }
  const plan = () => Promise.resolve({ kbps: 1000, source: "a test" });
  const checks = bandwidthChecks({ targets, plan, durationMs: 1000, ...options });
  for (const check of checks) {
    const findings = await check.run(context());
    assert.deepEqual(findings.map(({ status }) => status), ["skipped"], check.id);
  }
  assert.deepEqual(new Set(server.commands), new Set(["connect"]));
  assert.equal(checks.length, targets.length);
});

Deno.test("Twitch gets its key with the test mode's mark", async () => {
  const keys: unknown[] = [];
  using server = startRtmpServer({
    command: ({ name, values }) => {
      if (name === "publish") keys.push(values[1]);
      return false;
    },
  });
  const url = `rtmp://ingest.global-contribute.live-video.net:${server.port}/app`;
  const changes = { name: "twitch", id: "twitch", label: "Twitch", url, testKey: false };
  const findings = await look(changes, { network: allNamesHere });
  assert.deepEqual(keys, [`${CANARY}?bandwidthtest=true`]);
  assert.match(findings.at(-1)?.seen ?? "", /test mode, which no viewer sees/);
});

Deno.test("no key is tried while OBS streams, or when it begins to", async () => {
  using server = startRtmpServer();
  const live = { ...idle, refusal: () => Promise.resolve("OBS streams.") };
  const during = { ...idle, during: () => Promise.reject(new LiveError("OBS began to stream.")) };
  for (const guard of [live, during]) {
    const check = platformCheck(target({ url: server.url }), { access: access(), guard });
    const findings = await check.run(context());
    assert.deepEqual(findings.map(({ status }) => status), ["pass", "skipped"]);
  }
  assert.ok(!server.commands.includes("publish"));
});
