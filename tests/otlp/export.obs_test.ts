/** The built sidecar exports a real OBS's figures to a real VictoriaMetrics. */
import assert from "node:assert/strict";
import { APT, counterpartTest, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { until } from "../peers/until.ts";
import { assertAllArrived } from "./all_arrived.ts";
import { sidecarExportRig } from "./sidecar_export_rig.ts";

counterpartTest(
  "the figures of an OBS that streams arrive as OBS tells them",
  [APT, OBS, XVFB, NGINX_RTMP],
  async () => {
    await using nginx = await startNginxRtmp();
    await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 900 } } });
    await using rig = await sidecarExportRig({ obs: "", home: obs.home });
    let frames: number;
    {
      await using sidecar = await rig.start();
      await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
      await obs.setServer(nginx.liveUrl, "a-key-that-stays-secret");
      await obs.startStream();
      await sidecar.untilBridge(({ obs }) => obs.streaming === true, { what: "OBS streams" });
      const from = rig.gate.requests.length;
      await until(() => rig.gate.requests.length >= from + 5, { what: "five requests came" });
      ({ outputTotalFrames: frames } = await obs.client.call("GetStreamStatus"));
    }
    const rows = rig.rows();
    const stored = await rig.stored();
    const streamed = stored.find(({ labels }) =>
      labels.__name__ === "obs_output_frames_total" && labels.output_kind === "stream"
    );
    assert.ok(streamed !== undefined);
    streamed.atMs.forEach((atMs, i) => {
      const output = rows.find((row) => row.written_at_ms === atMs)?.obs.outputs
        ?.find(({ id }) => id === streamed.labels.output);
      assert.equal(streamed.values[i], output?.total_frames);
    });
    const last = streamed.values.at(-1) ?? 0;
    assert.ok(last > 0 && Math.abs(last - frames) < 120, `${last} and ${frames} frames`);
    const streaming = stored.find(({ labels }) => labels.__name__ === "obs_streaming");
    assert.equal(Math.max(...streaming?.values ?? []), 1);
    assertAllArrived(stored, rows);
    for (const { labels } of stored) assert.equal(labels.streamer, "Anna", labels.__name__);
  },
);
