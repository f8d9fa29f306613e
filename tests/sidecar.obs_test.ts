/** The sidecar beside a real OBS that streams to a real RTMP server and records. */
import assert from "node:assert/strict";
import type { Output, Telemetry } from "../shared/telemetry.ts";
import { counterpartTest, NGINX_RTMP, OBS, XVFB } from "./counterparts.ts";
import { startNginxRtmp } from "./peers/nginx_rtmp.ts";
import { startObs } from "./peers/obs.ts";
import { serverFilePath, serverFileText } from "./peers/obs_config.ts";
import { startSidecarPeer } from "./peers/sidecar.ts";

const STREAM = [OBS, XVFB, NGINX_RTMP];

function output(telemetry: Telemetry, kind: Output["kind"]): Output {
  const found = telemetry.obs.outputs?.find((candidate) => candidate.kind === kind);
  assert.ok(found, `there is no output of kind ${kind}`);
  return found;
}

function within(value: number | null, [low, high]: [number, number], what: string): void {
  assert.ok(
    value !== null && value >= low && value <= high,
    `${what}: ${low} ≤ ${value} ≤ ${high}`,
  );
}

counterpartTest(
  "bridge.json agrees with OBS to the frame while it streams and records, and after",
  STREAM,
  async () => {
    await using nginx = await startNginxRtmp();
    await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 900 } } });
    await using sidecar = await startSidecarPeer({ home: obs.home });
    await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
    await obs.setServer(nginx.liveUrl, "a-key-that-stays-secret");
    await obs.startStream();
    await obs.startRecord();
    await sidecar.untilBridge(
      (telemetry) =>
        telemetry.obs.streaming === true && telemetry.obs.recording === true &&
        output(telemetry, "stream").bitrate_kbps !== null,
      { what: "OBS streams and records" },
    );

    for (let round = 0; round < 5; round++) {
      const before = await obs.client.call("GetStreamStatus");
      const { sequence } = sidecar.bridge();
      // The first snapshot after may have been collected before the poll; the second was not.
      const telemetry = await sidecar.untilBridge(
        (candidate) => candidate.sequence >= sequence + 2,
        { what: "two more snapshots were taken" },
      );
      const after = await obs.client.call("GetStreamStatus");
      const stream = output(telemetry, "stream");
      within(stream.total_frames, [before.outputTotalFrames, after.outputTotalFrames], "frames");
      within(
        stream.dropped_frames,
        [before.outputSkippedFrames, after.outputSkippedFrames],
        "drops",
      );
    }
    const live = sidecar.bridge();
    assert.equal(live.system.disk_free_gb !== null, true);
    assert.equal(output(live, "stream").target_bitrate_kbps, 900);
    assert.ok((live.system.record_minutes_left ?? 0) > 0);

    await obs.stopRecord();
    await obs.stopStream();
    const status = await obs.client.call("GetStreamStatus");
    const stopped = await sidecar.untilBridge(
      (telemetry) => telemetry.obs.streaming === false && telemetry.obs.recording === false,
      { what: "nothing is streamed or recorded" },
    );
    const stream = output(stopped, "stream");
    assert.equal(stream.total_frames, status.outputTotalFrames);
    assert.equal(stream.dropped_frames, status.outputSkippedFrames);
    assert.equal(stream.bitrate_kbps, 0);
    assert.equal(stopped.obs.total_frames, status.outputTotalFrames);
    const log = await Deno.readTextFile(`${sidecar.dataDir}/logs/sidecar.log`);
    for (const text of [log, sidecar.process.output(), JSON.stringify(stopped)]) {
      assert.ok(!text.includes("a-key-that-stays-secret"));
      assert.ok(!text.includes(obs.password));
    }
  },
);

counterpartTest("a second stream begins its totals anew", STREAM, async () => {
  await using nginx = await startNginxRtmp();
  await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 600 } } });
  await using sidecar = await startSidecarPeer({ home: obs.home });
  await obs.setServer(nginx.liveUrl, "abc");
  await obs.startStream();
  await sidecar.untilBridge(
    (telemetry) => telemetry.obs.streaming === true && (telemetry.obs.total_frames ?? 0) > 60,
    { what: "more than 60 frames were sent" },
  );
  await obs.stopStream();
  await sidecar.untilBridge(({ obs }) => obs.streaming === false, { what: "the stream ended" });
  await obs.startStream();
  const again = await sidecar.untilBridge(({ obs }) => obs.streaming === true, {
    what: "the second stream runs",
  });
  assert.ok((again.obs.total_frames ?? Infinity) < 60);
  await obs.stopStream();
});

counterpartTest(
  "the connection to the server breaks: a reconnect, counted once",
  STREAM,
  async () => {
    await using nginx = await startNginxRtmp();
    await using obs = await startObs({
      profile: { SimpleOutput: { VBitrate: 600 }, Output: { RetryDelay: 1, MaxRetries: 20 } },
    });
    await using sidecar = await startSidecarPeer({ home: obs.home });
    await obs.setServer(nginx.liveUrl, "abc");
    await obs.startStream();
    const before = await sidecar.untilBridge(
      (telemetry) => telemetry.obs.streaming === true && (telemetry.obs.total_frames ?? 0) > 60,
      { what: "more than 60 frames were sent" },
    );
    await nginx.restart();
    const down = await sidecar.untilBridge(
      (telemetry) => output(telemetry, "stream").reconnecting === true,
      { what: "the stream is reconnecting" },
    );
    assert.equal(down.health.overall, "critical");
    assert.ok(down.health.alerts.some(({ id }) => id.startsWith("reconnecting:")));
    const back = await sidecar.untilBridge(
      (telemetry) =>
        output(telemetry, "stream").reconnecting === false &&
        (telemetry.obs.total_frames ?? 0) > (down.obs.total_frames ?? 0) + 30,
      { what: "the stream is back", withinMs: 30_000 },
    );
    const stream = output(back, "stream");
    assert.equal(stream.reconnects, 1);
    assert.ok((stream.downtime_s ?? 0) > 0);
    assert.ok(
      (stream.total_frames ?? 0) >= (before.obs.total_frames ?? 0),
      "totals went backwards",
    );
    await obs.stopStream();
  },
);

counterpartTest("OBS killed and started again in the middle of a stream", STREAM, async () => {
  await using nginx = await startNginxRtmp();
  await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 600 } } });
  await using sidecar = await startSidecarPeer({ home: obs.home });
  await obs.setServer(nginx.liveUrl, "abc");
  await obs.startStream();
  await sidecar.untilBridge(({ obs }) => obs.streaming === true, { what: "the stream runs" });
  await obs.kill9();
  const gone = await sidecar.untilBridge(({ obs }) => obs.connected === false, {
    what: "OBS is gone",
  });
  assert.deepEqual(gone.obs.outputs, []);
  assert.equal(gone.obs.streaming, false);
  assert.equal(gone.obs.active_fps, null);
  assert.equal(gone.health.overall, "critical");
  assert.equal(gone.health.alerts[0]?.id, "obs_lost");
  await obs.restart();
  const back = await sidecar.untilBridge(({ obs }) => obs.connected === true, {
    what: "OBS is connected again",
  });
  assert.deepEqual(back.health.alerts.filter(({ id }) => id === "obs_lost"), []);
  assert.equal(back.obs.streaming, false);
});

counterpartTest("a hung OBS costs its own figures only, and no snapshot", [OBS, XVFB], async () => {
  await using obs = await startObs();
  await using sidecar = await startSidecarPeer({ home: obs.home });
  await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
  obs.sigstop();
  const hung = await sidecar.untilBridge(({ obs }) => obs.connected === false, {
    what: "OBS no longer answers",
  });
  assert.match(hung.health.collectors.obs.error ?? "", /stopped answering|does not answer/);
  assert.notEqual(hung.system.memory_used_gb, null);
  const later = await sidecar.untilBridge(({ sequence }) => sequence >= hung.sequence + 6, {
    what: "snapshots go on",
  });
  assert.ok(later.written_at_ms - hung.written_at_ms < 6 * 750, "a snapshot was late");
  obs.sigcont();
  await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is back" });
});

counterpartTest("a wrong password is tried once and the user is told", [OBS, XVFB], async () => {
  await using obs = await startObs();
  const home = await Deno.makeTempDir({ prefix: "wrong-password-" });
  const { wsPort, version } = obs;
  const path = serverFilePath(home, version);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const write = (password: string) =>
    Deno.writeTextFile(path, serverFileText({ wsPort, password }, version));
  await write("not-the-password");
  try {
    await using sidecar = await startSidecarPeer({ home });
    const refused = await sidecar.untilBridge(
      ({ health }) => /refused the password/.test(health.collectors.obs.error ?? ""),
      { what: "OBS refused the password" },
    );
    assert.equal(refused.health.overall, "unknown");
    const attempts = () =>
      obs.process.output().match(/disconnected with code `4009`/g)?.length ?? 0;
    const { sequence } = refused;
    await sidecar.untilBridge((later) => later.sequence >= sequence + 8, { what: "time passes" });
    assert.equal(attempts(), 1, "OBS was asked again with the same password");
    await write(obs.password);
    await sidecar.untilBridge(({ obs }) => obs.connected === true, {
      what: "the right password is taken",
    });
    assert.ok(!sidecar.process.output().includes("not-the-password"));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
