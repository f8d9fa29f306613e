/** Alerts of a real OBS whose link to the server is too slow for a while. */
import assert from "node:assert/strict";
import type { AlertRecord, AlertsAnswer } from "../../shared/alert.ts";
import { counterpartTest, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { startSlowLink } from "../peers/slow_link.ts";

const GOOD_KBPS = 20_000;

counterpartTest(
  "a link that is too slow for a while: the network is told once, and over once",
  [OBS, XVFB, NGINX_RTMP],
  async () => {
    await using nginx = await startNginxRtmp();
    const url = new URL(nginx.liveUrl);
    using link = startSlowLink({ toPort: Number(url.port), kbps: GOOD_KBPS });
    url.port = String(link.port);
    await using obs = await startObs({
      profile: { SimpleOutput: { VBitrate: 2500, StreamEncoder: "x264" } },
    });
    await using sidecar = await startSidecarPeer({ home: obs.home });
    const alerts = async (): Promise<AlertRecord[]> => {
      const answer = await fetch(`http://127.0.0.1:${sidecar.port}/api/v1/alerts`, {
        headers: { authorization: `Bearer ${sidecar.token()}` },
      });
      const { alerts } = await answer.json() as AlertsAnswer;
      return alerts.filter(({ message }) => message.startsWith("Network:"));
    };
    await obs.setServer(url.href, "abc");
    await obs.startStream();
    await sidecar.untilBridge(
      ({ obs }) => obs.outputs?.some(({ uptime_s }) => (uptime_s ?? 0) > 12) === true,
      { what: "the stream has settled", withinMs: 60_000 },
    );
    assert.deepEqual(await alerts(), []);

    link.setRate(400);
    await sidecar.untilBridge(
      ({ health }) => health.alerts.some(({ id }) => id.startsWith("network_drops:")),
      { what: "the lost frames are told", withinMs: 120_000 },
    );
    // Its brothers, a full queue and a low bitrate, may wait beside it.
    const firing = (await alerts()).find(({ id }) => id.startsWith("network_drops:"));
    assert.deepEqual([firing?.state, firing?.resolved_at], ["firing", null]);

    link.setRate(GOOD_KBPS);
    await sidecar.untilBridge(
      ({ health }) => !health.alerts.some(({ message }) => message.startsWith("Network:")),
      { what: "the alert is over", withinMs: 120_000 },
    );
    const kept = await alerts();
    const drops = kept.filter(({ id }) => id.startsWith("network_drops:"));
    assert.deepEqual(drops.map(({ uid, state }) => [uid, state]), [[firing?.uid, "resolved"]]);
    assert.ok(kept.every(({ state }) => state !== "firing"));
    await obs.stopStream();
  },
);
