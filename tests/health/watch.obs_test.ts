/** What a real OBS tells of sound and pauses, through the built sidecar to its alerts. */
import assert from "node:assert/strict";
import type { Telemetry } from "../../shared/telemetry.ts";
import { counterpartTest, FFMPEG, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";

/** Holds that are short enough to wait for. */
const CONFIG = `[alerts]
silence_hold = 8
recording_stalled_hold = 3
`;

/** A song as a file. */
async function prepareSong(home: string): Promise<void> {
  const args = ["-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=30"];
  const { success } = await new Deno.Command("/usr/bin/ffmpeg", {
    args: [...args, "-ac", "2", `${home}/song.wav`],
  }).output();
  assert.ok(success);
}

function has({ health }: Telemetry, rule: string): boolean {
  return health.alerts.some(({ id }) => id === rule || id.startsWith(`${rule}:`));
}

function recordingOf({ obs }: Telemetry) {
  return obs.outputs?.find(({ kind }) => kind === "record");
}

counterpartTest(
  "a muted stream is told and its sound ends that; a paused recording is no trouble",
  [OBS, XVFB, NGINX_RTMP, FFMPEG],
  async (t) => {
    await using nginx = await startNginxRtmp();
    await using obs = await startObs({
      // OBS pauses a recording only where that has an encoder of its own.
      profile: { SimpleOutput: { VBitrate: 600, RecQuality: "Small", RecEncoder: "x264" } },
      prepare: prepareSong,
    });
    const { client } = obs;
    const addSong = (inputName: string) =>
      client.call("CreateInput", {
        sceneName: "Scene",
        inputName,
        inputKind: "ffmpeg_source",
        inputSettings: { local_file: `${obs.home}/song.wav`, looping: true },
      });
    await addSong("Song");
    await addSong("Elsewhere");
    await client.call("SetInputAudioTracks", {
      inputName: "Elsewhere",
      inputAudioTracks: { "1": false, "2": true },
    });
    await using sidecar = await startSidecarPeer({ home: obs.home, config: CONFIG });
    await obs.setServer(nginx.liveUrl, "abc");
    await obs.startStream();

    await t.step("a song is heard", async () => {
      await sidecar.untilBridge(({ obs }) => obs.silent_s === 0, {
        what: "something is heard",
        withinMs: 40_000,
      });
    });
    await t.step("muted: nothing is heard, and after the hold that is told", async () => {
      await client.call("SetInputMute", { inputName: "Song", inputMuted: true });
      const silent = await sidecar.untilBridge(({ obs }) => (obs.silent_s ?? 0) > 0, {
        what: "nothing is heard",
        withinMs: 30_000,
      });
      assert.equal(has(silent, "silence"), false);
      assert.deepEqual(silent.obs.silent_inputs, ["Song"]);
      const told = await sidecar.untilBridge((telemetry) => has(telemetry, "silence"), {
        what: "the silence is told",
        withinMs: 30_000,
      });
      assert.ok((told.obs.silent_s ?? 0) >= 8);
      // Other alerts are no business of this test: the machine may be busy.
      const alert = told.health.alerts.find(({ id }) => id === "silence");
      assert.equal(alert?.severity, "warning");
      assert.match(alert?.message ?? "", /Muted or silent: Song\. Check/);
    });
    await t.step("unmuted: it is over", async () => {
      await client.call("SetInputMute", { inputName: "Song", inputMuted: false });
      const heard = await sidecar.untilBridge((telemetry) => !has(telemetry, "silence"), {
        what: "the silence is over",
        withinMs: 30_000,
      });
      assert.equal(heard.obs.silent_s, 0);
    });
    await t.step("a paused recording stands still, and nothing is told", async () => {
      await obs.startRecord();
      await client.call("PauseRecord");
      const paused = await sidecar.untilBridge(
        (telemetry) =>
          recordingOf(telemetry)?.paused === true && recordingOf(telemetry)?.bitrate_kbps === 0,
        { what: "the recording stands still" },
      );
      const later = await sidecar.untilBridge(
        (telemetry) => {
          assert.equal(has(telemetry, "recording_stalled"), false);
          return telemetry.written_at_ms >= paused.written_at_ms + 6_000;
        },
        { what: "six seconds went by" },
      );
      assert.equal(recordingOf(later)?.paused, true);
      await client.call("ResumeRecord");
      await sidecar.untilBridge(
        (telemetry) =>
          recordingOf(telemetry)?.paused === false &&
          (recordingOf(telemetry)?.bitrate_kbps ?? 0) > 0,
        { what: "the recording goes on" },
      );
      await obs.stopRecord();
    });
    await obs.stopStream();
    await sidecar.untilBridge(({ obs }) => obs.silent_s === null, { what: "nobody listens" });
    await obs.quit();
  },
);
