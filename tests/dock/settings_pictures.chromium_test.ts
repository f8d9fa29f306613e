import assert from "node:assert/strict";
import { launchChromium } from "../peers/chromium.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { builtDock, startTicker, takePicture } from "./dock_fixture.ts";
import { standInForSettings } from "./settings_stand_in.ts";

const WIDTHS = [280, 320, 460, 1280];

counterpartTest("Settings look right at every width, dark and light", [CHROMIUM], async (t) => {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 280, height: 600 } });
    const settings = await standInForSettings(page);
    settings.credentials = [{
      id: "obs.websocket.password",
      host: "gaming-pc.local",
      usable: false,
      created_at: Date.UTC(2026, 9, 3, 12),
      last_used: null,
    }];
    await page.goto(ticker.url);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("Port", { exact: true }).fill("4455");
    await page.getByText("Platforms").click();
    await page.getByText("Twitch", { exact: true }).click();
    await page.getByText("Alerts", { exact: true }).click();
    await page.getByText("Measuring and history").click();
    await page.getByLabel("Bridge update rate", { exact: true }).fill("50");
    await page.getByText("One setting is not allowed.").last().waitFor();
    for (const theme of ["dark", "light"] as const) {
      ticker.api.live.publish("config", { tick_ms: 500, theme, version: "v1" });
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 600 });
        await t.step(`${theme} at ${width} px`, async () => {
          const height: number = await page.evaluate("document.body.scrollHeight");
          await page.setViewportSize({ width, height });
          // A page that just grew is painted piece by piece.
          await page.evaluate(`new Promise((painted) =>
            requestAnimationFrame(() => requestAnimationFrame(painted)))`);
          assert.equal(
            await page.evaluate("document.documentElement.scrollWidth > innerWidth"),
            false,
          );
          await takePicture(page, `dock-settings-${theme}-${width}`);
        });
      }
    }
    await page.getByRole("button", { name: "Discard" }).click();
    for (const [name, id] of [["Live", "live"], ["Pre-flight", "preflight"]] as const) {
      await page.getByRole("button", { name, exact: true }).click();
      for (const width of [280, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await takePicture(page, `dock-${id}-light-${width}`);
      }
    }
  } finally {
    await browser.close();
  }
});
