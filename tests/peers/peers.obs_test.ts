import assert from "node:assert/strict";
import { counterpartTest, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { GOOD_KEY, startNginxRtmp } from "./nginx_rtmp.ts";
import { startObs } from "./obs.ts";
import { until } from "./until.ts";

const needs = [OBS, XVFB, NGINX_RTMP];

counterpartTest("OBS streams to nginx and records, both files are there", needs, async () => {
  await using nginx = await startNginxRtmp();
  await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 900 } } });
  await obs.setServer(nginx.liveUrl, "abc");
  await obs.startStream();
  await obs.startRecord();
  const bitrate = await obs.client.call("GetProfileParameter", {
    parameterCategory: "SimpleOutput",
    parameterName: "VBitrate",
  });
  assert.equal(bitrate.parameterValue, "900");
  await until(() => nginx.recordings().some((path) => Deno.statSync(path).size > 20_000), {
    what: "nginx has recorded some video",
  });
  const recording = await obs.stopRecord();
  assert.ok(recording.startsWith(obs.recordFolder));
  assert.ok(Deno.statSync(recording).size > 0);
  await obs.stopStream();
  const printed = await obs.quit();
  assert.match(printed, /Number of memory leaks: \d+/);
});

counterpartTest("a refused key ends the stream, the good key is taken", needs, async () => {
  await using nginx = await startNginxRtmp();
  await using obs = await startObs({ profile: { Output: { Reconnect: false } } });
  await obs.setServer(nginx.authUrl, "badkey");
  const stopped = new Promise<void>((resolve) => {
    obs.client.on("StreamStateChanged", ({ outputState }) => {
      if (outputState === "OBS_WEBSOCKET_OUTPUT_STOPPED") resolve();
    });
  });
  await obs.client.call("StartStream");
  await stopped;
  await obs.setServer(nginx.authUrl, GOOD_KEY);
  await obs.startStream();
  await obs.stopStream();
});

counterpartTest("OBS can be hung, woken, killed and started again in its home", needs, async () => {
  await using obs = await startObs();
  await obs.client.call("CreateScene", { sceneName: "Second" });
  obs.sigstop();
  const answer = obs.client.call("GetVersion");
  obs.sigcont();
  assert.match((await answer).obsVersion, /^\d+\.\d+/);
  await obs.restart();
  await obs.kill9();
  await obs.restart();
  const { scenes } = await obs.client.call("GetSceneList");
  assert.deepEqual(scenes.map((scene) => scene["sceneName"]).sort(), ["Scene", "Second"]);
});
