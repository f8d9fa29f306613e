/** The dock in a browser, served by the built sidecar beside a real OBS that streams. */
import assert from "node:assert/strict";
import { CHROMIUM, counterpartTest, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startObs } from "../peers/obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import { takePicture } from "./dock_fixture.ts";
import { sparkPoints, visitDock } from "./dock_visit.ts";

counterpartTest(
  "the dock shows a real stream as OBS tells it, its history after a reload, and its end",
  [OBS, XVFB, NGINX_RTMP, CHROMIUM],
  async () => {
    await using nginx = await startNginxRtmp();
    await using obs = await startObs({ profile: { SimpleOutput: { VBitrate: 900 } } });
    await using sidecar = await startSidecarPeer({ home: obs.home });
    await using visit = await visitDock(sidecar);
    const { page } = visit;
    const activity = page.locator(".verdict .activity");
    await page.locator("#outputs").waitFor();
    await obs.setServer(nginx.liveUrl, "a-key-that-stays-secret");
    await obs.startStream();
    await activity.getByText("LIVE").waitFor();
    await obs.startRecord();
    await page.locator(".badge").waitFor({ state: "visible" });

    const row = page.locator("#outputs .row").first();
    await until(async () => / \/ 0\.9\b/.test(await row.innerText()), {
      what: "the row has the target that OBS's profile says",
    });
    const sentKbps = async (): Promise<number> =>
      Number(/([\d.]+) \/ 0\.9/.exec(await row.innerText())?.[1] ?? 0);
    await until(async () => await sentKbps() > 0, { what: "the bitrate is not zero" });
    const clock = page.locator(".verdict .clock");
    const first = await clock.innerText();
    await until(async () => await clock.innerText() !== first, { what: "the time moves" });

    await obs.client.call("CreateScene", { sceneName: "<b>Boss</b> fight" });
    await obs.client.call("SetCurrentProgramScene", { sceneName: "<b>Boss</b> fight" });
    await until(async () => (await page.content()).includes("&lt;b&gt;Boss&lt;/b&gt; fight"), {
      what: "the page shows the scene",
    });

    await until(async () => await sparkPoints(page) >= 6, { what: "there are 6 points" });
    await page.reload();
    // The page alone would have two points by then.
    await until(async () => await sparkPoints(page) >= 6, {
      what: "they are back",
      withinMs: 3000,
    });
    for (const width of [280, 460, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await takePicture(page, `whole-real-obs-${width}`);
    }
    for (const [path, text] of await visit.received()) {
      for (const secret of ["a-key-that-stays-secret", obs.password]) {
        assert.ok(!text.includes(secret), path);
      }
    }

    await obs.stopRecord();
    await obs.stopStream();
    await activity.getByText("LIVE").waitFor({ state: "hidden" });
    await obs.kill9();
    await visit.verdict("NO OBS");
    await obs.restart();
    await page.locator(".verdict-word").getByText("NO OBS").waitFor({ state: "hidden" });
  },
);
