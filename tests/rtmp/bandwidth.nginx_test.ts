import assert from "node:assert/strict";
import { measureBandwidth } from "../../sidecar/rtmp/measure_bandwidth.ts";
import type { BandwidthProgress } from "../../sidecar/rtmp/bandwidth.ts";
import { counterpartTest, NGINX_RTMP } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startRtmpServer } from "../peers/rtmp_server.ts";
import { startSlowLink } from "../peers/slow_link.ts";

/** Machines that run tests are shared; the benchmark holds the product to less. */
const TOLERANCE = 0.1;

const DURATION_MS = 6000;

async function checkLink(toPort: number, { kbps, method }: { kbps: number; method: string }) {
  using link = startSlowLink({ toPort, kbps });
  const target = { url: `rtmp://127.0.0.1:${link.port}/live`, key: "bandwidth" };
  const progress: BandwidthProgress[] = [];
  const result = await measureBandwidth(target, {
    paceKbps: 2 * kbps,
    durationMs: DURATION_MS,
    onProgress: (step) => progress.push(step),
  });
  const { sustainedKbps, limitedBy, backlogMs } = result;
  assert.equal(result.method, method);
  assert.equal(limitedBy, "link");
  assert.ok(Math.abs(sustainedKbps / kbps - 1) <= TOLERANCE, `${sustainedKbps} of ${kbps} kbit/s`);
  assert.ok(backlogMs > 700, `${backlogMs} ms of backlog`);
  assert.ok(result.handedKbps > sustainedKbps, "the socket took no more than the server got");
  assert.equal(result.stability === null, method === "drain");
  assert.ok(progress.length >= 3);
  assert.equal(progress.at(-1)?.acknowledgedBytes === null, method === "drain");
}

for (const kbps of [1500, 6000]) {
  counterpartTest(
    `a link of ${kbps} kbit/s is measured by nginx's acknowledgements`,
    [NGINX_RTMP],
    async () => {
      await using nginx = await startNginxRtmp();
      await checkLink(nginx.port, { kbps, method: "acknowledgements" });
    },
  );

  Deno.test(`a link of ${kbps} kbit/s is measured on a server that acknowledges nothing`, async () => {
    using server = startRtmpServer({}, { keepMedia: false });
    await checkLink(server.port, { kbps, method: "drain" });
  });
}

Deno.test("a link that takes everything is told as limited by the pace", async () => {
  using server = startRtmpServer({}, { keepMedia: false });
  using link = startSlowLink({ toPort: server.port, kbps: 6000 });
  const target = { url: `rtmp://127.0.0.1:${link.port}/live`, key: "bandwidth" };
  const result = await measureBandwidth(target, { paceKbps: 2000, durationMs: 3000 });
  assert.equal(result.limitedBy, "pace");
  assert.ok(Math.abs(result.sustainedKbps / 2000 - 1) <= TOLERANCE);
});

Deno.test("a server that acknowledges coarsely does not stop the test", async () => {
  using server = startRtmpServer({ acknowledgeEvery: 500_000 }, { keepMedia: false });
  await checkLink(server.port, { kbps: 6000, method: "acknowledgements" });
});
