import assert from "node:assert/strict";
import { createOutput } from "../../sidecar/demo/state.ts";
import { settle } from "../fake_time.ts";
import { type ObsRig, rigTest } from "../obs/obs_rig.ts";
import { until } from "../peers/until.ts";

const LISTENING = { meters: true, silenceDb: -60, deadlineMs: 5_000 };

/** Ticks until the condition holds, without letting the collector's time pass. */
async function untilReading(
  rig: ObsRig,
  condition: (reading: Awaited<ReturnType<ObsRig["tick"]>>) => boolean,
) {
  return await until(async () => {
    const reading = await rig.tick(0);
    return condition(reading) ? reading : undefined;
  }, { what: "the reading says so", withinMs: 10_000 });
}

rigTest("tells for how long nothing was heard on the streamed track", async (rig) => {
  rig.obs.startOutput("adv_stream");
  await rig.connected();
  assert.equal((await rig.tick()).silent_s, null);
  await rig.tick(2_000);
  await untilReading(rig, ({ silent_s }) => silent_s === 0);

  for (const input of rig.obs.state.inputs) input.muted = true;
  await rig.tick(2_000);
  await untilReading(rig, ({ silent_inputs }) => silent_inputs?.length === 2);
  const silent = await rig.tick(3_000);
  assert.equal(silent.silent_s, 3);
  assert.deepEqual(silent.silent_inputs, ["Desktop Audio", "Mic/Aux"]);

  const [desktop] = rig.obs.state.inputs;
  assert.ok(desktop);
  desktop.muted = false;
  await rig.tick(2_000);
  assert.deepEqual(
    (await untilReading(rig, ({ silent_s }) => silent_s === 0)).silent_inputs,
    [],
  );
}, LISTENING);

rigTest("listens to the track that Advanced mode streams", async (rig) => {
  rig.obs.state.profileParameters = { Output: { Mode: "Advanced" }, AdvOut: { TrackIndex: "2" } };
  for (const input of rig.obs.state.inputs) input.tracks = [1];
  rig.obs.startOutput("adv_stream");
  await rig.connected();
  await rig.tick();
  await rig.tick(2_000);
  await untilReading(rig, ({ silent_s }) => silent_s !== null);
  const { silent_s, silent_inputs } = await rig.tick(1_000);
  assert.deepEqual([silent_s, silent_inputs], [1, []]);
}, LISTENING);

rigTest("does not listen while nothing is streamed", async (rig) => {
  rig.obs.startOutput("adv_file_output");
  await rig.connected();
  for (let tick = 0; tick < 10; tick++) assert.equal((await rig.tick(5_000)).silent_s, null);
  assert.equal(rig.obs.requests.count("GetInputAudioTracks"), 0);
}, LISTENING);

rigTest("asks nothing more of an OBS that changes its profile while it listens", async (rig) => {
  for (const input of rig.obs.state.inputs) input.muted = true;
  rig.obs.startOutput("adv_stream");
  await rig.connected();
  const { session } = rig.connection;
  assert.ok(session);
  const listen = session.listenToMeters.bind(session);
  let listening: Promise<void> | undefined;
  session.listenToMeters = (...how) => listening = listen(...how);
  await rig.tick();
  await rig.tick(2_000);
  rig.obs.beginProfileChange();
  await until(() => rig.collector.isChanging, { what: "the change is known", withinMs: 5_000 });
  assert.ok(listening);
  await listening;
  await settle();
  // A sample that went on would ask for the tracks of both inputs now.
  assert.equal(rig.obs.requests.count("GetInputAudioTracks"), 0);
  rig.obs.endProfileChange("Untitled");
}, LISTENING);

rigTest("tells whether the recording is paused, of OBS's own alone", async (rig) => {
  rig.obs.startOutput("adv_file_output");
  rig.obs.startOutput("adv_stream");
  rig.obs.state.outputs.push(createOutput("vertical_canvas_record", { active: true }));
  await rig.connected();
  await rig.tick();
  const paused = async () =>
    Object.fromEntries(((await rig.tick()).outputs ?? []).map((output) => [
      output.id,
      output.paused,
    ]));
  const others = { adv_stream: false, vertical_canvas_record: null };
  assert.deepEqual(await paused(), { ...others, adv_file_output: false });
  const recording = rig.obs.state.outputs.find(({ name }) => name === "adv_file_output");
  assert.ok(recording);
  recording.paused = true;
  assert.deepEqual(await paused(), { ...others, adv_file_output: true });
  rig.obs.override("GetRecordStatus", 204);
  assert.deepEqual(await paused(), { ...others, adv_file_output: null });
});

rigTest("a pause does not make the recording look smaller than it is", async (rig) => {
  rig.obs.startOutput("adv_file_output");
  const recording = rig.obs.state.outputs.find(({ name }) => name === "adv_file_output");
  assert.ok(recording);
  await rig.connected();
  const record = async (ticks: number) => {
    for (let tick = 0; tick < ticks; tick++) {
      recording.bytes += 1_000_000;
      await rig.tick();
    }
  };
  await record(20);
  recording.paused = true;
  for (let tick = 0; tick < 100; tick++) {
    assert.equal((await rig.tick()).recordBytesPerSecond, 2_000_000);
  }
  recording.paused = false;
  await rig.tick(0);
  await record(3);
  assert.equal((await rig.tick(0)).recordBytesPerSecond, 2_000_000);
});
