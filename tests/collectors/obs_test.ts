import assert from "node:assert/strict";
import * as v from "valibot";
import { DISCONNECTED_OBS, ObsSchema } from "../../shared/telemetry.ts";
import type { ObsReading } from "../../sidecar/collectors/collector.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { createOutput, createState, type SimulatedOutput } from "../../sidecar/demo/state.ts";
import { type ObsRig, rigTest } from "../obs/obs_rig.ts";
import { until } from "../peers/until.ts";

/** Counters of an output, as OBS has them. */
function count(output: SimulatedOutput, bytes: number, frames: number, dropped = 0): void {
  Object.assign(output, { bytes, totalFrames: frames, droppedFrames: dropped });
}

function outputOf(reading: ObsReading, id: string) {
  const output = reading.outputs?.find((candidate) => candidate.id === id);
  assert.ok(output, `${id} is not in the reading`);
  return output;
}

/** Lets the events that OBS has sent so far arrive, by waiting for one that was sent after them. */
async function eventsArrived(rig: ObsRig): Promise<void> {
  const from = rig.events.length;
  rig.obs.emit("VirtualcamStateChanged", {});
  await until(() => rig.events.slice(from).includes("VirtualcamStateChanged"), {
    what: "the events came",
    withinMs: 5000,
  });
}

rigTest("reads an OBS that does nothing", async (rig) => {
  await rig.connected();
  const { recordBytesPerSecond, recordDiskFreeBytes, ...obs } = await rig.tick();
  assert.deepEqual(obs, {
    ...DISCONNECTED_OBS,
    connected: true,
    active_fps: 60,
    target_fps: 60,
    render_time_ms: 4.5,
    render_lagged_frames: 0,
    render_total_frames: 0,
    encoder_skipped_frames: 0,
    encoder_total_frames: 0,
    scene: "Starting Soon",
    cpu_percent: 3,
    memory_mb: 620,
    version: "31.0.2",
    local: true,
  });
  assert.equal(recordBytesPerSecond, null);
  assert.equal(recordDiskFreeBytes, 480_000 * 1024 * 1024);
});

rigTest("fails with the reason and what to do while OBS is away", async (rig) => {
  await assert.rejects(rig.tick(), /OBS has not been found yet\. In OBS: Tools > WebSocket/);
  await rig.connected();
  await rig.tick();
  await rig.obs.crash();
  await rig.disconnected();
  await assert.rejects(rig.tick(), /crashed|No OBS answers/);
});

rigTest("asks one batch a tick, of type 0, and the facts every 10 s", async (rig) => {
  rig.obs.startOutput("adv_stream");
  await rig.connected();
  await rig.tick();
  rig.obs.requests.clear();
  for (let tick = 0; tick < 22; tick++) await rig.tick();
  const { batches } = rig.obs.requests;
  assert.equal(batches.length, 22);
  assert.ok(
    batches.every(({ executionType, haltOnFailure }) => executionType === 0 && !haltOnFailure),
  );
  assert.equal(rig.obs.requests.count("GetStats"), 22);
  assert.equal(rig.obs.requests.count("GetOutputStatus"), 22);
  assert.equal(rig.obs.requests.count("GetVersion"), 1);
});

rigTest("shows an output in the very tick in which OBS lists it first", async (rig) => {
  await rig.connected();
  await rig.tick();
  count(rig.obs.startOutput("adv_stream"), 1000, 7, 1);
  const reading = await rig.tick();
  assert.equal(reading.streaming, true);
  const { active, total_frames, dropped_frames, name } = outputOf(reading, "adv_stream");
  assert.deepEqual([active, total_frames, dropped_frames, name], [true, 7, 1, "Twitch"]);
});

rigTest("equals the raw counters after the stop", async (rig) => {
  await rig.connected();
  await rig.tick();
  const stream = rig.obs.startOutput("adv_stream");
  for (let tick = 1; tick <= 4; tick++) {
    count(stream, tick * 375_000, tick * 30, tick);
    await rig.tick();
  }
  count(stream, 1_600_000, 131, 5);
  rig.obs.stopOutput("adv_stream");
  for (let tick = 0; tick < 3; tick++) {
    const reading = await rig.tick();
    const { active, total_frames, dropped_frames } = outputOf(reading, "adv_stream");
    assert.deepEqual([active, total_frames, dropped_frames], [false, 131, 5]);
    assert.deepEqual(
      [reading.streaming, reading.total_frames, reading.total_dropped_frames],
      [false, 131, 5],
    );
  }
  count(rig.obs.startOutput("adv_stream"), 100, 2, 0);
  const { total_frames, dropped_frames } = outputOf(await rig.tick(), "adv_stream");
  assert.deepEqual([total_frames, dropped_frames], [2, 0]);
});

rigTest("adds up across a reconnect, counts it and the time it took", async (rig) => {
  await rig.connected();
  const stream = rig.obs.startOutput("adv_stream");
  await rig.tick();
  count(stream, 7_500_000, 600, 12);
  await rig.tick(10_000);
  rig.obs.disconnectOutput("adv_stream");
  let output = outputOf(await rig.tick(), "adv_stream");
  assert.deepEqual([output.active, output.reconnecting], [true, true]);
  rig.obs.attemptReconnect("adv_stream");
  await rig.tick(2000);
  rig.obs.finishReconnect("adv_stream");
  count(stream, 375_000, 30, 1);
  const reading = await rig.tick();
  output = outputOf(reading, "adv_stream");
  assert.deepEqual(
    [output.reconnecting, output.reconnects, output.dropped_frames, output.total_frames],
    [false, 1, 13, 630],
  );
  assert.equal(output.downtime_s, 2.5);
  assert.ok((output.bitrate_kbps ?? -1) >= 0);
  assert.equal(reading.total_frames, 630);
});

rigTest("counts a reconnect that begins and ends between two polls", async (rig) => {
  await rig.connected();
  rig.obs.startOutput("adv_stream");
  await rig.tick();
  rig.obs.reconnectOutput("adv_stream");
  await eventsArrived(rig);
  assert.equal(outputOf(await rig.tick(), "adv_stream").reconnects, 1);
});

rigTest("wants a snapshot at once for each event that changes one", async (rig) => {
  await rig.connected();
  await rig.tick();
  rig.obs.setScene("Gameplay");
  rig.obs.startOutput("adv_file_output");
  await eventsArrived(rig);
  // The scene, the recording's STARTING and STARTED, and the event that was waited for.
  assert.equal(rig.triggers(), 4);
  const reading = await rig.tick(0);
  assert.deepEqual([reading.scene, reading.recording], ["Gameplay", true]);
});

rigTest("asks nothing between the beginning and the end of a profile's change", async (rig) => {
  await rig.connected();
  const before = await rig.tick();
  rig.obs.beginProfileChange();
  await until(() => rig.events.includes("CurrentProfileChanging"), { what: "the event came" });
  rig.obs.requests.clear();
  rig.obs.state.stats.activeFps = 30;
  for (let tick = 0; tick < 5; tick++) assert.deepEqual(await rig.tick(), before);
  assert.equal(rig.obs.requests.count(), 0);
  rig.obs.endProfileChange("Vertical");
  await until(() => rig.triggers() === 1, { what: "the event came" });
  assert.equal((await rig.tick()).active_fps, 30);
  assert.equal(rig.obs.requests.count("GetProfileList"), 1);
});

rigTest("asks again after 30 s where the end of a change never comes", async (rig) => {
  await rig.connected();
  await rig.tick();
  rig.obs.beginProfileChange();
  await until(() => rig.events.includes("CurrentProfileChanging"), { what: "the event came" });
  rig.obs.state.stats.activeFps = 30;
  assert.equal((await rig.tick(29_000)).active_fps, 60);
  assert.equal((await rig.tick(1_000)).active_fps, 30);
});

rigTest("has no figures where a change ended after 30 s and OBS is not ready", async (rig) => {
  await rig.connected();
  await rig.tick();
  rig.obs.beginSceneCollectionChange();
  await until(() => rig.events.includes("CurrentSceneCollectionChanging"), {
    what: "the event came",
  });
  await rig.tick(29_500);
  await assert.rejects(rig.tick(), /OBS is loading or closing\. .* if it hangs, restart it/);
});

rigTest(
  "keeps its figures for 2 s while OBS is not ready, and says how old they are",
  async (rig) => {
    rig.obs.startOutput("adv_stream");
    await rig.connected();
    const before = await rig.tick();
    const readAtMs = rig.time.monotonic();
    rig.obs.notReady = true;
    for (let tick = 0; tick < 3; tick++) {
      assert.deepEqual(await rig.tick(), before);
      assert.equal(rig.collector.readAtMs, readAtMs);
    }
    await assert.rejects(rig.tick(), /OBS is loading or closing/);
    rig.obs.notReady = false;
    rig.obs.state.stats.activeFps = 30;
    assert.equal((await rig.tick()).active_fps, 30);
    assert.equal(rig.collector.readAtMs, rig.time.monotonic());
  },
);

rigTest("has no figures of an OBS that is not ready yet, and learns soon", async (rig) => {
  rig.obs.notReady = true;
  await rig.connected();
  await assert.rejects(rig.tick(), /OBS is still loading\. Its figures come by themselves/);
  assert.equal(rig.collector.readAtMs, null);
  rig.obs.notReady = false;
  const ready = await rig.tick();
  assert.deepEqual([ready.version, ready.target_fps], ["31.0.2", 60]);
});

rigTest("does not show a dead OBS's outputs while the next one loads", async (rig) => {
  await rig.connected();
  rig.obs.startOutput("adv_stream");
  assert.equal((await rig.tick()).streaming, true);
  await rig.obs.crash();
  await rig.disconnected();
  await rig.obs.restart();
  rig.obs.notReady = true;
  await rig.connected();
  await assert.rejects(rig.tick(), /OBS is still loading/);
  assert.equal(rig.collector.activeIngest, null);
});

rigTest("gives up an OBS that stops answering, and finds it again", async (rig) => {
  await rig.connected();
  await rig.tick();
  rig.obs.hang();
  await assert.rejects(rig.tick(), /OBS has stopped answering\. If it hangs, restart it/);
  assert.equal(rig.connection.session, null);
  rig.obs.resume();
  await rig.connected();
  assert.equal((await rig.tick()).connected, true);
});

rigTest(
  "leaves what OBS lost while it hung out of the recent shares, not of the totals",
  async (rig) => {
    const lose = (rendered: number, lagged: number) =>
      Object.assign(rig.obs.state.stats, {
        renderTotalFrames: rendered,
        renderSkippedFrames: lagged,
      });
    await rig.connected();
    await rig.tick();
    lose(600, 0);
    assert.equal((await rig.tick(10_000)).recent_render_lagged_percentage, 0);
    rig.obs.hang();
    await assert.rejects(rig.tick());
    lose(1200, 599);
    rig.obs.resume();
    await rig.connected();
    assert.equal((await rig.tick(10_000)).recent_render_lagged_percentage, null);
    lose(1500, 629);
    const caughtUp = await rig.tick(5_000);
    assert.equal(caughtUp.recent_render_lagged_percentage, 5, "30 of 600 frames");
    assert.equal(caughtUp.render_lagged_frames, 629);
  },
);

rigTest(
  "fails at once, not at the deadline, when OBS goes in the middle of a call",
  async (rig) => {
    await rig.connected();
    await rig.tick();
    rig.obs.hang();
    const call = assert.rejects(rig.tick(), /crashed/);
    await rig.obs.crash();
    await call;
  },
);

rigTest("goes on with a stream that outlives the connection", async (rig) => {
  await rig.connected();
  const stream = rig.obs.startOutput("adv_stream");
  rig.obs.state.stats.renderTotalFrames = 600;
  await rig.tick();
  count(stream, 1000, 60, 3);
  await rig.tick();
  rig.connection.abandon("The test breaks it off.");
  await rig.connected();
  count(stream, 2000, 120, 4);
  const output = outputOf(await rig.tick(5000), "adv_stream");
  assert.deepEqual([output.total_frames, output.dropped_frames], [120, 4]);
  assert.equal(output.uptime_s, 5.5);
});

rigTest("begins from nothing with an OBS that was started anew", async (rig) => {
  await rig.connected();
  rig.obs.state.stats.renderTotalFrames = 90_000;
  count(rig.obs.startOutput("adv_stream"), 1000, 60, 3);
  await rig.tick();
  await rig.obs.crash();
  await rig.disconnected();
  await rig.obs.restart();
  await rig.connected();
  rig.obs.state.stats.renderTotalFrames = 50;
  const reading = await rig.tick();
  assert.deepEqual([reading.outputs, reading.total_frames], [[], 0]);
  assert.equal(reading.render_total_frames, 50);
});

rigTest("asks nothing of an OBS that exits, and keeps its figures for 2 s", async (rig) => {
  await rig.connected();
  const before = await rig.tick();
  rig.obs.emit("ExitStarted");
  await until(() => rig.events.includes("ExitStarted"), { what: "the event came" });
  rig.obs.requests.clear();
  assert.deepEqual(await rig.tick(1_999), before);
  for (const ms of [1, 60_000]) await assert.rejects(rig.tick(ms), /OBS is loading or closing/);
  assert.equal(rig.obs.requests.count(), 0);
});

rigTest("measures no ingest while a plugin alone streams", async (rig) => {
  await rig.connected();
  rig.obs.state.outputs.push(createOutput("aitum_multi_output_box", { active: true }));
  assert.equal((await rig.tick()).streaming, true);
  assert.equal(rig.collector.activeIngest, null);
});

rigTest("asks again when the poll after a stop still finds the recording active", async (rig) => {
  await rig.connected();
  const recording = rig.obs.startOutput("adv_file_output");
  await rig.tick();
  rig.obs.stopOutput("adv_file_output");
  await eventsArrived(rig);
  recording.active = true;
  const end = rig.obs.onBeforeAnswer(() => {
    recording.active = rig.obs.requests.batchCount < 4;
  });
  assert.equal((await rig.tick(0)).recording, false);
  end();
});

rigTest("is corrected by the next tick where the stop took longer to show", async (rig) => {
  await rig.connected();
  const recording = rig.obs.startOutput("adv_file_output");
  await rig.tick();
  rig.obs.stopOutput("adv_file_output");
  await eventsArrived(rig);
  recording.active = true;
  assert.equal((await rig.tick(0)).recording, true);
  recording.active = false;
  assert.equal((await rig.tick()).recording, false);
});

rigTest("knows the recording's rate, folder and the stream's ingest", async (rig) => {
  await rig.connected();
  const recording = rig.obs.startOutput("adv_file_output");
  assert.equal(rig.collector.activeIngest, null);
  await rig.tick();
  count(recording, 2_500_000, 60);
  assert.equal((await rig.tick(1000)).recordBytesPerSecond, 2_500_000);
  assert.equal(rig.collector.recordDirectory, "C:\\Users\\Streamer\\Videos");
  assert.equal(rig.collector.activeIngest, null, "a recording has no ingest");
  rig.obs.startOutput("adv_stream");
  await rig.tick();
  assert.deepEqual(rig.collector.activeIngest, {
    host: "ingest.global-contribute.live-video.net",
    port: 443,
  });
});

rigTest("knows the target bitrate of Simple mode from the profile", async (rig) => {
  await rig.connected();
  rig.obs.startOutput("adv_stream");
  assert.equal(outputOf(await rig.tick(), "adv_stream").target_bitrate_kbps, 6000);
});

rigTest(
  "treats an OBS on another machine as one whose files and folders are not here",
  async (rig) => {
    await rig.connected();
    rig.obs.startOutput("adv_stream");
    const reading = await rig.tick();
    assert.equal(reading.local, false);
    assert.equal(outputOf(reading, "adv_stream").target_bitrate_kbps, null);
    assert.equal(rig.collector.recordDirectory, null);
    assert.equal(reading.recordDiskFreeBytes, 480_000 * 1024 * 1024);
  },
  { host: "192.168.1.20" },
);

rigTest("lets the stream key into no reading, log line or error", async (rig) => {
  await rig.connected();
  rig.obs.startOutput("adv_stream");
  const texts = [JSON.stringify(await rig.tick())];
  rig.obs.override("GetStreamServiceSettings", {
    streamServiceType: 7,
    streamServiceSettings: [{ key: "simulated-stream-key" }],
  });
  texts.push(JSON.stringify(await rig.tick(10_000)));
  rig.obs.hang();
  await assert.rejects(rig.tick(10_000), (error) => {
    texts.push(String(error), String((error as Error).stack), String((error as Error).cause));
    return true;
  });
  assert.ok(!`${texts.join("\n")}${rig.lines.join("\n")}`.includes("simulated-stream-key"));
});

/** Answers that OBS should never give. */
const NONSENSE: Record<string, unknown>[] = [
  {},
  { outputs: null },
  {
    outputs: [null, 7, "x", [], {}, { outputName: null }, { outputName: "a", outputActive: "yes" }],
  },
  ...[null, "NaN", -1, "", [], {}, true, 1e300, 2 ** 53].map((value) =>
    Object.fromEntries(
      [
        "activeFps",
        "averageFrameRenderTime",
        "cpuUsage",
        "memoryUsage",
        "availableDiskSpace",
        "renderSkippedFrames",
        "renderTotalFrames",
        "outputSkippedFrames",
        "outputTotalFrames",
        "outputActive",
        "outputReconnecting",
        "outputDuration",
        "outputCongestion",
        "outputBytes",
        "currentProgramSceneName",
        "obsVersion",
        "fpsNumerator",
        "fpsDenominator",
        "streamServiceType",
        "streamServiceSettings",
        "recordDirectory",
        "currentProfileName",
        "parameterValue",
      ].map((name) => [name, value]),
    )
  ),
];

const REQUESTS = [
  "GetStats",
  "GetOutputList",
  "GetOutputStatus",
  "GetCurrentProgramScene",
  "GetVersion",
  "GetVideoSettings",
  "GetStreamServiceSettings",
  "GetRecordDirectory",
  "GetProfileList",
  "GetProfileParameter",
];

rigTest("bears nonsense in every answer and keeps to its schema", async (rig) => {
  await rig.connected();
  rig.obs.startOutput("adv_stream");
  rig.obs.startOutput("adv_file_output");
  await rig.tick();
  for (const nonsense of NONSENSE) {
    for (const request of REQUESTS) rig.obs.override(request, nonsense);
    for (let round = 0; round < 2; round++) {
      const { recordBytesPerSecond, recordDiskFreeBytes, ...obs } = await rig.tick(10_000);
      v.assert(ObsSchema, obs);
      assert.ok((recordBytesPerSecond ?? 0) >= 0);
      assert.ok((recordDiskFreeBytes ?? 0) >= 0);
    }
    rig.obs.restore();
  }
  assert.equal((await rig.tick(10_000)).active_fps, 60);
});

rigTest(
  "takes figures for unknown that OBS gives as null, text, less than 0 or not at all",
  async (rig) => {
    await rig.connected();
    await rig.tick();
    for (const value of [null, "NaN", -1, [], undefined]) {
      rig.obs.override("GetStats", (data) => ({
        ...data,
        activeFps: value,
        averageFrameRenderTime: value,
        availableDiskSpace: value,
      }));
      const { active_fps, render_time_ms, recordDiskFreeBytes, cpu_percent } = await rig.tick();
      assert.deepEqual([active_fps, render_time_ms, recordDiskFreeBytes], [null, null, null]);
      assert.equal(cpu_percent, 3);
    }
  },
);

rigTest("takes figures for unknown whose request fails, and keeps the totals", async (rig) => {
  await rig.connected();
  rig.obs.state.stats.renderTotalFrames = 100;
  count(rig.obs.startOutput("adv_stream"), 1000, 60, 3);
  await rig.tick();
  rig.obs.override("GetStats", 702);
  rig.obs.override("GetOutputStatus", 702);
  rig.obs.override("GetCurrentProgramScene", 702);
  const reading = await rig.tick();
  assert.deepEqual([reading.active_fps, reading.scene], [null, null]);
  assert.equal(reading.recordDiskFreeBytes, null);
  assert.equal(reading.render_total_frames, 100);
  const { active, bitrate_kbps, total_frames } = outputOf(reading, "adv_stream");
  assert.deepEqual([active, bitrate_kbps, total_frames], [true, null, 60]);
});

rigTest("makes hostile scene and output names harmless", async (rig) => {
  const hostile = `\u202Eevil\u0000\r\n\u2066${"x".repeat(1_000_000)}`;
  await rig.connected();
  rig.obs.setScene(hostile);
  rig.obs.state.outputs.push(createOutput(`aitum_multi_output_${hostile}`, { active: true }));
  const { scene, outputs } = await rig.tick();
  for (const text of [scene, outputs?.[0]?.id, outputs?.[0]?.name]) {
    assert.match(text ?? "", /^[ -~]{1,119}…$/);
  }
}, { state: createState({ outputs: [] }), deadlineMs: 10_000 });

rigTest("begins to count anew at another OBS", async (rig) => {
  await rig.connected();
  rig.obs.state.stats.renderTotalFrames = 100;
  count(rig.obs.startOutput("adv_stream"), 1000, 60, 3);
  assert.equal(outputOf(await rig.tick(), "adv_stream").total_frames, 60);
  const other = await startSimulatedObs();
  try {
    // Counters that are higher, as if they were the first one's.
    other.state.stats.renderTotalFrames = 1000;
    count(other.startOutput("adv_stream"), 1000, 20, 1);
    rig.endpoint = { ...rig.endpoint, port: other.port };
    rig.connection.reconnect();
    await rig.connected();
    const { total_frames, dropped_frames } = outputOf(await rig.tick(), "adv_stream");
    assert.deepEqual([total_frames, dropped_frames], [20, 1]);
  } finally {
    await rig.collector.close();
    await other.close();
  }
});
