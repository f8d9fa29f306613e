/** Sessions of a real OBS that streams to a real RTMP server. */
import assert from "node:assert/strict";
import { counterpartTest, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { startSlowLink } from "../peers/slow_link.ts";
import { until } from "../peers/until.ts";
import { listSessions, untilSessions } from "./session_peer.ts";

const STREAM = [OBS, XVFB, NGINX_RTMP];

counterpartTest(
  "a stream over a link that is too slow is a session with OBS's frames and drops",
  STREAM,
  async () => {
    await using nginx = await startNginxRtmp();
    using link = startSlowLink({ toPort: nginx.port, kbps: 1500 });
    await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 2500 } } });
    await using sidecar = await startSidecarPeer({ home: obs.home });
    await obs.setServer(`rtmp://127.0.0.1:${link.port}/live`, "abc");
    await obs.startStream();
    const running = await untilSessions(sidecar, ([evening]) => evening !== undefined, {
      what: "an evening began",
    });
    assert.equal(running[0]?.end_time, null);
    assert.equal(running[0]?.outputs.length, 1);
    await until(
      async () => (await obs.client.call("GetStreamStatus")).outputSkippedFrames > 0,
      { what: "OBS drops frames", withinMs: 60_000 },
    );
    // OBS still sends what waits, as long as its own deadline allows.
    await obs.client.call("StopStream");
    const [evening] = await untilSessions(sidecar, ([evening]) => evening?.end_time !== null, {
      what: "the evening is over",
      withinMs: 60_000,
    });
    const status = await obs.client.call("GetStreamStatus");
    assert.ok(evening);
    const [session] = evening.outputs;
    assert.ok(session);
    assert.ok(status.outputSkippedFrames > 0);
    assert.equal(session.total_frames, status.outputTotalFrames);
    assert.equal(session.dropped_frames, status.outputSkippedFrames);
    assert.equal(evening.total_frames, status.outputTotalFrames);
    assert.equal(evening.dropped_frames, status.outputSkippedFrames);
    assert.equal(session.ended, "stopped");
    assert.equal(session.worst_minute?.cause, "network");
    assert.ok((session.render_total_frames ?? 0) > 0);
  },
);

counterpartTest(
  "OBS killed in the middle of a stream: its session is a crash",
  STREAM,
  async () => {
    await using nginx = await startNginxRtmp();
    await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 600 } } });
    await using sidecar = await startSidecarPeer({ home: obs.home });
    await obs.setServer(nginx.liveUrl, "abc");
    await obs.startStream();
    await untilSessions(sidecar, ([evening]) => (evening?.total_frames ?? 0) > 30, {
      what: "frames go out",
    });
    await obs.kill9();
    const [evening] = await untilSessions(sidecar, ([evening]) => evening?.end_time !== null, {
      what: "the session is over",
    });
    assert.equal(evening?.ended, "obs_crashed");
    assert.deepEqual(evening?.outputs.map(({ ended }) => ended), ["obs_crashed"]);
    assert.ok((evening?.errors ?? 0) > 0, "the alert that OBS went away was counted");
    await obs.restart();
    await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is back" });
    assert.deepEqual(await listSessions(sidecar), [evening]);
  },
);

counterpartTest("a sidecar killed in the middle of a stream goes on with it", STREAM, async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "sessions-" });
  await using nginx = await startNginxRtmp();
  await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 600 } } });
  try {
    await obs.setServer(nginx.liveUrl, "abc");
    await using killed = await startSidecarPeer({ home: obs.home, dataDir });
    await obs.startStream();
    const [before] = await untilSessions(killed, ([evening]) => (evening?.total_frames ?? 0) > 60, {
      what: "frames go out",
    });
    killed.process.signal("SIGKILL");
    await killed.process.exited;
    await using sidecar = await startSidecarPeer({ home: obs.home, dataDir });
    const more = (before?.total_frames ?? 0) + 60;
    await untilSessions(sidecar, ([evening]) => (evening?.total_frames ?? 0) > more, {
      what: "the session goes on",
    });
    await obs.stopStream();
    const sessions = await untilSessions(sidecar, ([evening]) => evening?.end_time !== null, {
      what: "the session is over",
    });
    const status = await obs.client.call("GetStreamStatus");
    assert.equal(sessions.length, 1);
    const [evening] = sessions;
    assert.equal(evening?.id, before?.id);
    assert.equal(evening?.start_time, before?.start_time);
    assert.equal(evening?.outputs.length, 1);
    assert.equal(evening?.outputs[0]?.total_frames, status.outputTotalFrames);
    assert.equal(evening?.outputs[0]?.ended, "stopped");
    assert.equal(evening?.total_frames, status.outputTotalFrames);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
