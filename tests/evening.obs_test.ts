/** From setup to undo beside the OBS of newer Debians, where setup finds other files. */
import assert from "node:assert/strict";
import { counterpartTest, NEWER_OBS, NGINX_RTMP, XVFB } from "./counterparts.ts";
import { luaErrors, OVERLAY_NAME } from "./lua/overlay_peer.ts";
import { newerObs } from "./peers/newer_obs.ts";
import { startNginxRtmp } from "./peers/nginx_rtmp.ts";
import { sceneCollectionPath } from "./peers/obs_config.ts";
import type { Obs } from "./peers/obs.ts";
import { NEWER_DEBIANS } from "./peers/obs_installation.ts";
import { startSidecarPeer } from "./peers/sidecar.ts";
import { until } from "./peers/until.ts";
import { listSessions, untilSessions } from "./sessions/session_peer.ts";
import { closedObs, docksOf, filesOf, serverOf } from "./setup/closed_obs.ts";
import { createSetupRig, SCRIPT } from "./setup/setup_rig.ts";

async function untilOverlay({ client }: Obs, pattern: RegExp): Promise<void> {
  await until(async () => {
    const { inputSettings } = await client.call("GetInputSettings", { inputName: OVERLAY_NAME });
    const text = String(inputSettings["text"]);
    if (pattern.test(text)) return true;
    throw new Error(`it shows ${JSON.stringify(text)}`);
  }, { what: `the overlay shows ${pattern}` });
}

for (const debian of NEWER_DEBIANS) {
  counterpartTest(
    `a whole evening beside the OBS of Debian's ${debian}: setup, stream, crash, undo`,
    [NEWER_OBS, XVFB, NGINX_RTMP],
    async (t) => {
      if (!await newerObs(t, debian)) return;
      await using nginx = await startNginxRtmp();
      await using obs = await closedObs({ password: null, debian });
      using rig = createSetupRig({ home: obs.home });
      const before = filesOf(obs);
      assert.equal((await rig.run("--yes")).code, 0);
      for (const [path, text] of Object.entries(filesOf(obs))) {
        assert.notEqual(text, before[path], path);
      }
      const { enabled, password } = serverOf(obs);
      assert.equal(enabled, true);
      assert.match(docksOf(obs) ?? "", /http:\/\/127\.0\.0\.1:/);

      {
        await using sidecar = await startSidecarPeer({ home: obs.home, dataDir: rig.dataDir });
        await obs.restart({ password });
        await sidecar.untilBridge(({ obs }) => obs.connected === true, {
          what: "OBS is connected with the password from its own file",
        });
        await untilOverlay(obs, /\nFPS \d/);
        await obs.setServer(nginx.liveUrl, "abc");
        await obs.startStream();
        await obs.startRecord();
        const live = await sidecar.untilBridge(
          ({ obs }) =>
            obs.recording === true &&
            (obs.outputs ?? []).some(({ kind, bitrate_kbps }) =>
              kind === "stream" && bitrate_kbps !== null
            ),
          { what: "OBS streams and records" },
        );
        assert.deepEqual(live.obs.outputs?.map(({ kind }) => kind).sort(), ["record", "stream"]);
        const stream = live.obs.outputs?.find(({ kind }) => kind === "stream");
        assert.equal(stream?.target_bitrate_kbps, 600);
        await untilOverlay(obs, /^LIVE .*REC /);
        assert.ok(Deno.statSync(await obs.stopRecord()).size > 0);
        await untilSessions(sidecar, ([evening]) => (evening?.total_frames ?? 0) > 30, {
          what: "frames go out",
        });
        assert.deepEqual(luaErrors(obs.process.output()), []);

        await obs.kill9();
        const [evening] = await untilSessions(sidecar, ([evening]) => evening?.end_time !== null, {
          what: "the session is over",
        });
        assert.equal(evening?.ended, "obs_crashed");
        await obs.restart({ password });
        await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is back" });
        await untilOverlay(obs, /\nFPS \d/);
        assert.deepEqual(await listSessions(sidecar), [evening]);
        assert.match(await obs.quit(), /Number of memory leaks: 0\b/);
      }

      assert.match(docksOf(obs) ?? "", /http:\/\/127\.0\.0\.1:/);
      assert.equal((await rig.run("--undo", "--yes")).code, 0);
      assert.deepEqual(serverOf(obs), { enabled: false, password: "" });
      assert.equal(docksOf(obs), undefined);
      assert.ok(!Deno.readTextFileSync(sceneCollectionPath(obs.home)).includes(SCRIPT));
    },
  );
}
