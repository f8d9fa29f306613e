/** The built sidecar, killed beside a simulated OBS that goes on streaming. */
import assert from "node:assert/strict";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import { untilSessions } from "./session_peer.ts";

Deno.test("a sidecar killed in the middle of a stream, after a reconnect, goes on with it", async () => {
  const home = await Deno.makeTempDir({ prefix: "killed-" });
  const dataDir = `${home}/data`;
  await Deno.mkdir(dataDir);
  const obs = await startSimulatedObs();
  const config = `[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n`;
  try {
    const first = await startSidecarPeer({ home, dataDir, config });
    await first.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
    const output = obs.startOutput("simple_stream");
    output.totalFrames = 500;
    output.droppedFrames = 20;
    output.bytes = 100_000;
    await untilSessions(first, ([evening]) => evening?.total_frames === 500, {
      what: "500 frames were counted",
    });
    obs.disconnectOutput("simple_stream");
    await untilSessions(first, ([evening]) => evening?.reconnects === 1, { what: "it reconnects" });
    obs.attemptReconnect("simple_stream");
    obs.finishReconnect("simple_stream");
    output.totalFrames = 40;
    output.droppedFrames = 1;
    output.bytes = 9000;
    const [before] = await untilSessions(first, ([evening]) => evening?.total_frames === 540, {
      what: "it is back",
    });
    first.process.signal("SIGKILL");
    await first.process.exited;
    output.totalFrames = 100;
    output.droppedFrames = 3;

    await using second = await startSidecarPeer({ home, dataDir, config });
    const { obs: shown } = await second.untilBridge(({ obs }) => obs.connected === true, {
      what: "OBS is connected again",
    });
    const [stream] = shown.outputs ?? [];
    assert.deepEqual(
      [stream?.total_frames, stream?.dropped_frames, stream?.total_bytes, stream?.reconnects],
      [600, 23, 109_000, 1],
    );
    assert.deepEqual([shown.total_frames, shown.total_dropped_frames], [600, 23]);
    await untilSessions(second, ([evening]) => evening?.total_frames === 600, {
      what: "the frames of both connections are counted",
    });
    obs.stopOutput("simple_stream");
    const sessions = await untilSessions(second, ([evening]) => evening?.end_time !== null, {
      what: "it is over",
    });
    assert.equal(sessions.length, 1);
    const [evening] = sessions;
    assert.equal(evening?.id, before?.id);
    assert.equal(evening?.outputs.length, 1);
    assert.equal(evening?.dropped_frames, 23);
    assert.equal(evening?.reconnects, 1);
    assert.equal(evening?.ended, "stopped");
    await second.process.stop();
    await until(() => obs.connections.open === 0, { what: "nobody is connected to OBS" });
  } finally {
    await obs.close();
    await Deno.remove(home, { recursive: true });
  }
});
