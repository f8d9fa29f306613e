import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { BUILD_ID } from "../../shared/build_id.ts";
import { until } from "../api/api_fixture.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker, takePicture, type Ticker } from "./dock_fixture.ts";
import { exampleReport, failedChecks, goodChecks, runningReport } from "./example_preflight.ts";
import { type PreflightStandIn, standInForPreflight } from "./preflight_stand_in.ts";
import { standInForSettings } from "./settings_stand_in.ts";

const OBS = exampleTelemetry().obs;

interface World {
  page: Page;
  api: PreflightStandIn;
  ticker: Ticker;
  button(name: string): Locator;
  /** Waits until the page shows this. */
  shows(text: string | RegExp): Promise<void>;
}

/** Runs `fn` on an open Pre-flight page beside an OBS that is off air. */
async function onPreflight(fn: (world: World) => Promise<void>): Promise<void> {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  ticker.show({ obs: { ...OBS, streaming: false, outputs: [] } });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 320, height: 700 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const settings = await standInForSettings(page);
    for (const name of ["twitch", "youtube"]) {
      const platform = settings.document.platforms[name];
      if (platform !== undefined) platform.stream_key = { set: true };
    }
    const api = await standInForPreflight(page, ticker);
    await page.goto(ticker.url);
    const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
    await button("Pre-flight").click();
    await page.getByText("NOT RUN").first().waitFor();
    const shows = (text: string | RegExp): Promise<void> =>
      page.locator(".preflight, dialog").getByText(text).first().waitFor();
    await fn({ page, api, ticker, button, shows });
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

counterpartTest("follows a run live without moving anything", [CHROMIUM], async () => {
  await onPreflight(async ({ page, api, button, shows }) => {
    await button("Run checks").click();
    await until(() => api.asked.length === 1);
    assert.deepEqual(api.asked, ['POST {"bandwidth":false}']);
    api.publish(runningReport());
    await shows("0 of 12");
    const places = (): Promise<string> =>
      page.evaluate(`JSON.stringify([...document.querySelectorAll(".preflight :is(h2, li, button)")]
        .map((element) => element.getBoundingClientRect().top + scrollY))`);
    const spoken = page.locator(".preflight [role=status]");
    const before = await places();
    const said = await spoken.innerText();
    const done = failedChecks();
    const checks = runningReport().checks.map((check, index) => {
      if (index === 6) return { ...check, status: "running" as const, progress: "8 s left" };
      return index > 6 ? check : done.find(({ id }) => id === check.id) ?? check;
    });
    api.publish(runningReport({ checks }));
    await shows("6 of 12");
    await shows("8 s left");
    await shows("1 failed, 1 warning so far.");
    assert.equal(await places(), before);
    assert.equal(await spoken.innerText(), said);
    api.publish(exampleReport({ verdict: "no-go", checks: failedChecks() }));
    await shows("NO-GO");
    await until(async () => /NO-GO\. OBS: sound/.test(await spoken.innerText()));
    assert.equal(await button("Run checks").evaluate((it) => it === document.activeElement), true);
  });
});

counterpartTest("stops a run and says why it ended; earlier runs open", [CHROMIUM], async () => {
  await onPreflight(async ({ page, api, button, shows }) => {
    api.publish(runningReport());
    await button("Stop").click();
    await until(() => api.asked.length === 1);
    assert.deepEqual(api.asked, ["DELETE"]);
    api.runs = [
      exampleReport({ id: "run-2", verdict: null, stopped: "You stopped them." }),
      exampleReport({ id: "run-1", verdict: "no-go", checks: failedChecks() }),
    ];
    api.publish(exampleReport({ verdict: null, stopped: "You stopped them." }));
    await shows("STOPPED");
    await shows("You stopped them.");
    const run = page.locator("details.run");
    await run.first().waitFor();
    assert.equal(await run.count(), 1);
    await run.locator("summary").focus();
    await page.keyboard.press("Enter");
    await run.getByText('"Mic/Aux" is muted.').waitFor();
  });
});

counterpartTest("folds what is fine, and opens it with the keyboard", [CHROMIUM], async () => {
  await onPreflight(async ({ page, api, shows }) => {
    api.publish(exampleReport());
    await shows("6 fine");
    assert.equal(await page.getByText("All 14 sources have their files.").isVisible(), false);
    await page.locator("summary", { hasText: "6 fine" }).focus();
    await page.keyboard.press("Enter");
    await shows("All 14 sources have their files.");
    api.publish(exampleReport({ id: "next", checks: goodChecks() }));
    await until(async () =>
      !(await page.getByText("All 14 sources have their files.").isVisible())
    );
  });
});

counterpartTest("warns of what a bandwidth test sends, and asks first", [CHROMIUM], async () => {
  await onPreflight(async ({ page, api, button, shows }) => {
    await button("Bandwidth test…").click();
    await shows(/which nobody sees/);
    await shows(/has no test mode/);
    await takePicture(page, "dock-preflight-question-320");
    await page.keyboard.press("Escape");
    await until(async () => !(await page.locator("dialog[open]").count()));
    assert.deepEqual(api.asked, []);
    await button("Bandwidth test…").click();
    await button("Start the test").click();
    await until(() => api.asked.length === 1);
    assert.deepEqual(api.asked, ['POST {"bandwidth":true}']);
  });
});

counterpartTest("sends nothing while live, and says why not", [CHROMIUM], async () => {
  await onPreflight(async ({ page, api, ticker, button, shows }) => {
    ticker.show({});
    await shows("Not while you are live.");
    const test = button("Bandwidth test…");
    assert.equal(await test.getAttribute("aria-disabled"), "true");
    await test.click({ force: true });
    assert.equal(await page.locator("dialog[open]").count(), 0);
    api.refuseNext("A stream is live. Run the checks before it.");
    await button("Run checks").click();
    await shows("A stream is live. Run the checks before it.");
  });
});

counterpartTest("keeps its report while the sidecar is away, and after", [CHROMIUM], async () => {
  await onPreflight(async ({ api, ticker, button, shows }) => {
    api.publish(runningReport());
    await shows("0 of 12");
    ticker.pause();
    await ticker.api.server.close();
    await shows("The sidecar is away: this is the last that it said.");
    await shows(/nobody knows how the checks went on/);
    assert.equal(await button("Stop").getAttribute("aria-disabled"), "true");
    await button("Stop").click({ force: true });
    assert.deepEqual(api.asked, []);
  });
});

counterpartTest("tells a report of an earlier sidecar", [CHROMIUM], async () => {
  await onPreflight(async ({ api, ticker, shows }) => {
    api.publish(exampleReport());
    await shows("Nothing stands against going live.");
    api.latest = null;
    ticker.api.live.publish("config", {
      build: BUILD_ID,
      tick_ms: 500,
      theme: "dark",
      version: "v2",
    });
    await shows("From before the sidecar was started again.");
  });
});
