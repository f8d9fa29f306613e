import assert from "node:assert/strict";
import { measureBandwidth } from "../../sidecar/rtmp/measure_bandwidth.ts";
import { RtmpError } from "../../sidecar/rtmp/rtmp_error.ts";
import { tryPublishing } from "../../sidecar/rtmp/try_publishing.ts";
import { counterpartTest, FFMPEG, NGINX_RTMP, NGINX_STREAM, OPENSSL } from "../counterparts.ts";
import { makeCertificate } from "../peers/certificate.ts";
import { GOOD_KEY, type NginxRtmp, startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { until } from "../peers/until.ts";
import { inspectRecording } from "./recording.ts";

async function failure(operation: Promise<unknown>): Promise<RtmpError> {
  const error = await operation.then(() => undefined, (cause) => cause);
  assert.ok(error instanceof RtmpError, String(error));
  return error;
}

async function checkRecording(nginx: NginxRtmp, { seconds }: { seconds: number }): Promise<void> {
  await until(async () => await nginx.publishing() === 0, { what: "the stream has ended" });
  const [path = "", ...others] = nginx.recordings();
  assert.deepEqual(others, []);
  const { complaints, videoFrames, audioFrames, size, black } = await inspectRecording(path);
  assert.equal(complaints, "");
  assert.equal(size, "640x360");
  assert.ok(black);
  assert.ok(Math.abs(videoFrames - 30 * seconds) <= 2, `${videoFrames} pictures`);
  assert.ok(Math.abs(audioFrames - 48_000 / 1024 * seconds) <= 3, `${audioFrames} sounds`);
}

counterpartTest(
  "what nginx records of a test is whole, black and silent",
  [NGINX_RTMP, FFMPEG],
  async () => {
    await using nginx = await startNginxRtmp();
    const result = await measureBandwidth({ url: nginx.liveUrl, key: "black" }, {
      paceKbps: 4000,
      durationMs: 5000,
    });
    assert.equal(result.limitedBy, "pace");
    assert.equal(result.method, "acknowledgements");
    assert.ok(Math.abs(result.sustainedKbps / 4000 - 1) < 0.05, `${result.sustainedKbps} kbit/s`);
    assert.ok(result.backlogMs < 500);
    assert.equal(result.times.tlsMs, null);
    await checkRecording(nginx, { seconds: 5 });
  },
);

counterpartTest(
  "the same over TLS, with a certificate that is trusted",
  [NGINX_RTMP, NGINX_STREAM, OPENSSL, FFMPEG],
  async () => {
    await using certificate = await makeCertificate(["localhost"]);
    await using nginx = await startNginxRtmp({ certificate });
    const result = await measureBandwidth({ url: nginx.secureUrl, key: "black" }, {
      paceKbps: 4000,
      durationMs: 5000,
      caCerts: [certificate.pem],
    });
    assert.ok(Math.abs(result.sustainedKbps / 4000 - 1) < 0.05, `${result.sustainedKbps} kbit/s`);
    assert.ok((result.times.tlsMs ?? 0) > 0);
    await checkRecording(nginx, { seconds: 5 });
  },
);

counterpartTest(
  "certificates that nobody trusts, or that are another host's, are told apart",
  [NGINX_RTMP, NGINX_STREAM, OPENSSL],
  async () => {
    await using certificate = await makeCertificate(["ingest.example"]);
    await using nginx = await startNginxRtmp({ certificate });
    const target = { url: nginx.secureUrl, key: "black" };
    const untrusted = await failure(tryPublishing(target));
    assert.equal(untrusted.code, "tls");
    assert.match(untrusted.message, /nobody this machine trusts/);
    const wrongHost = await failure(tryPublishing(target, { caCerts: [certificate.pem] }));
    assert.equal(wrongHost.code, "tls");
    assert.match(wrongHost.message, /another host's/);
    const noRtmp = await failure(
      tryPublishing({ url: nginx.secureUrl.replace("rtmps:", "rtmp:"), key: "black" }, {
        stepMs: 1000,
      }),
    );
    assert.ok(["garbage", "closed_without_reason", "silent"].includes(noRtmp.code), noRtmp.code);
  },
);

counterpartTest("a key is accepted after media was taken, not before", [NGINX_RTMP], async () => {
  await using nginx = await startNginxRtmp();
  const times = await tryPublishing({ url: nginx.authUrl, key: GOOD_KEY }, {
    acceptedAfterMs: 1000,
  });
  assert.ok(times.tcpMs > 0 && times.handshakeMs > 0 && times.connectMs > 0 && times.startMs > 0);
  await until(async () => await nginx.publishing() === 0, { what: "the stream has ended" });
});

counterpartTest("a key that nginx refuses is told without the key", [NGINX_RTMP], async () => {
  await using nginx = await startNginxRtmp();
  const error = await failure(tryPublishing({ url: nginx.authUrl, key: "wrong_key_123" }));
  assert.ok(["closed_without_reason", "refused_key"].includes(error.code), error.code);
  assert.match(error.message, /stream key is wrong/);
  assert.ok(!Deno.inspect(error).includes("wrong_key_123"));
});

counterpartTest("a key that somebody publishes with already is told", [NGINX_RTMP], async () => {
  await using nginx = await startNginxRtmp();
  const target = { url: nginx.liveUrl, key: "twice" };
  const abort = new AbortController();
  const first = failure(measureBandwidth(target, {
    paceKbps: 500,
    durationMs: 60_000,
    signal: abort.signal,
  }));
  await until(async () => await nginx.publishing() === 1, { what: "the first stream runs" });
  const error = await failure(tryPublishing(target));
  assert.equal(error.code, "key_in_use", error.message);
  abort.abort();
  assert.equal((await first).code, "aborted");
});

counterpartTest("a test that is aborted leaves no stream behind", [NGINX_RTMP], async () => {
  await using nginx = await startNginxRtmp();
  const abort = new AbortController();
  const running = failure(measureBandwidth({ url: nginx.liveUrl, key: "aborted" }, {
    paceKbps: 6000,
    durationMs: 60_000,
    signal: abort.signal,
  }));
  await until(async () => await nginx.publishing() === 1, { what: "the stream runs" });
  abort.abort();
  assert.equal((await running).code, "aborted");
  await until(async () => await nginx.publishing() === 0, {
    what: "the stream has ended",
    withinMs: 500,
  });
});

counterpartTest("an ingest that dies in the middle is told", [NGINX_RTMP], async () => {
  await using nginx = await startNginxRtmp();
  const running = failure(measureBandwidth({ url: nginx.liveUrl, key: "dies" }, {
    paceKbps: 6000,
    durationMs: 60_000,
  }));
  await until(async () => await nginx.publishing() === 1, { what: "the stream runs" });
  await nginx.restart();
  assert.equal((await running).code, "closed_without_reason");
});
