/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { until } from "../api/api_fixture.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker, type Ticker } from "./dock_fixture.ts";
import { exampleAlerts, exampleEvenings, exampleSession } from "./example_session.ts";
import { type SessionsStandIn, standInForSessions } from "./sessions_stand_in.ts";

interface World {
  page: Page;
  api: SessionsStandIn;
  ticker: Ticker;
  button(name: string): Locator;
  /** Waits until the page shows this. */
  shows(text: string | RegExp): Promise<void>;
}

/** Runs `fn` on an open Sessions page with some evenings. */
async function onSessions(
  fn: (world: World) => Promise<void>,
  { pageSize = 20 } = {},
): Promise<void> {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 460, height: 900 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
    });
    const api = await standInForSessions(page);
    api.evenings = exampleEvenings(5);
    api.pageSize = pageSize;
    api.alerts = exampleAlerts().reverse();
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(ticker.url);
    const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
    await button("Sessions").click();
    await page.locator(".evening").first().waitFor();
    const shows = (text: string | RegExp): Promise<void> =>
      page.locator(".sessions, dialog").getByText(text).first().waitFor();
    await fn({ page, api, ticker, button, shows });
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

/** The time that the charts show. */
async function shownTime(page: Page): Promise<string> {
  return await page.locator(".past-bar > span").textContent() ?? "";
}

counterpartTest("answers what happened at 21:14 from the list", [CHROMIUM], async () => {
  await onSessions(async ({ page, shows }) => {
    await page.getByLabel("What happened at").fill("21:14");
    await page.keyboard.press("Enter");
    await shows(/21:14: Network: Twitch lost 4,312 frames/);
    assert.match(await shownTime(page), /^21:09–21:19 at 21:14:00$/);
    const rates = page.getByRole("slider", {
      name: /Bitrate in Mb\/s, 21:09–21:19\. Twitch: least/,
    });
    await rates.waitFor();
    const legend = await page.locator(".legend").first().textContent() ?? "";
    assert.match(legend, /Twitch[12]\.\d/);
  });
});

counterpartTest("says so where nobody was live then", [CHROMIUM], async () => {
  await onSessions(async ({ page, button, shows }) => {
    await page.getByLabel("What happened at").fill("4:30");
    await button("Show").click();
    await shows("None of these evenings was live then.");
    await page.locator(".evening").first().click();
    await page.getByLabel("What happened at").fill("25:00");
    await button("Show").click();
    await shows("Write a time of day such as 21:14.");
  });
});

counterpartTest("zooms by a drag and by a finding's time, and back", [CHROMIUM], async () => {
  await onSessions(async ({ page, api, button }) => {
    await page.locator(".evening").first().click();
    await page.locator(".plot-area").first().waitFor();
    const whole = await shownTime(page);
    assert.match(whole, /^19:02–22:14 mean$/);
    const box = await page.locator(".plot-area").first().boundingBox();
    assert.ok(box);
    await page.locator(".plot-area").first().scrollIntoViewIfNeeded();
    const seen = await page.locator(".plot-area").first().boundingBox();
    assert.ok(seen);
    await page.mouse.move(seen.x + seen.width * 0.25, seen.y + 20);
    await page.mouse.down();
    await page.mouse.move(seen.x + seen.width * 0.5, seen.y + 20, { steps: 4 });
    await page.mouse.up();
    await until(async () => /^19:5\d–20:3\d/.test(await shownTime(page)));
    await button("Show all").click();
    assert.equal(await shownTime(page), whole);
    await page.locator("#findings").getByRole("button", { name: /21:11–21:14/ }).focus();
    await page.keyboard.press("Enter");
    await until(async () => /^21:06–21:19/.test(await shownTime(page)));
    assert.deepEqual(api.asked.filter((what) => what.includes("/sessions/")), [
      "GET /api/v1/sessions/41?points=600",
    ]);
  });
});

counterpartTest("one crosshair moves through all charts of a session", [CHROMIUM], async () => {
  await onSessions(async ({ page }) => {
    await page.locator(".evening").first().click();
    const area = page.locator(".plot-area").first();
    await area.hover({ position: { x: 200, y: 20 } });
    await until(async () => /at 2\d:\d\d:\d\d$/.test(await shownTime(page)));
    const places = await page.locator(".plot-cursor").evaluateAll((lines) =>
      lines.map((line) => Math.round(line.getBoundingClientRect().left))
    );
    assert.ok(places.length >= 6);
    assert.equal(new Set(places).size, 1);
  });
});

counterpartTest("a chart has its name, whatever its output is called", [CHROMIUM], async () => {
  await onSessions(async ({ page, api }) => {
    const { alerts: [alert], series: [series] } = api.detail;
    assert.ok(alert && series);
    const metric = "obs.outputs.My other stream.congestion";
    api.detail.alerts.push({ ...alert, uid: "other", metric });
    api.detail.series.push({ ...series, metric });
    await page.locator(".evening").first().click();
    const charts = page.getByRole("region", { name: /^Send queue/ });
    await until(async () => await charts.count() === 2);
  });
});

counterpartTest("saves notes, and asks before they are lost", [CHROMIUM], async () => {
  await onSessions(async ({ page, api, button, shows }) => {
    await page.locator(".evening").first().click();
    await page.getByRole("textbox", { name: "Notes" }).fill("New router from now on.");
    await shows("Not saved yet.");
    await button("Live").click();
    await shows("Your notes are not saved yet.");
    await button("Stay here").click();
    await button("Save notes").click();
    await shows("Saved.");
    assert.deepEqual(api.asked.filter((what) => what.startsWith("PATCH")), [
      'PATCH /api/v1/sessions/41 {"notes":"New router from now on."}',
    ]);
    api.failure = "The history cannot be written: the disk is full.";
    await page.getByRole("textbox", { name: "Notes" }).fill("Another word");
    await button("Back").click();
    await shows("Not saved. The history cannot be written: the disk is full.");
    assert.equal(await page.getByRole("textbox", { name: "Notes" }).inputValue(), "Another word");
    const reason = page.locator("dialog[open]").getByText("the disk is full");
    await reason.waitFor();
    await button("Stay here").click();
    await page.locator("#session-outputs").getByRole("button").first().click();
    await reason.waitFor();
    await button("Save and leave").click();
    await until(() => api.asked.filter((what) => what.startsWith("PATCH")).length >= 4);
    await reason.waitFor();
    api.failure = null;
    await button("Discard and leave").click();
    const id = api.detail.outputs[0]?.id;
    await until(() => api.asked.some((what) => what.startsWith(`GET /api/v1/sessions/${id}?`)));
    await until(async () => !(await page.locator("dialog[open]").count()));
  });
});

counterpartTest("gives the figures as a file and as a copy", [CHROMIUM], async () => {
  await onSessions(async ({ page, button, shows }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator(".evening").first().click();
    const waiting = page.waitForEvent("download");
    await button("CSV file").click();
    const download = await waiting;
    assert.match(download.suggestedFilename(), /^stream-2026-11-21-41\.csv$/);
    await shows(/goes to the browser's downloads/);
    await button("Copy CSV").click();
    await shows("Copied.");
    assert.match(await page.evaluate("navigator.clipboard.readText()"), /^time,fps/);
  });
});

counterpartTest("deletes a session only after it was asked", [CHROMIUM], async () => {
  await onSessions(async ({ page, api, button }) => {
    await page.locator(".evening").first().click();
    await button("Delete…").click();
    await page.keyboard.press("Escape");
    await until(async () => !(await page.locator("dialog[open]").count()));
    assert.equal(api.evenings.length, 5);
    await button("Delete…").click();
    await button("Delete").click();
    await until(async () => await page.locator(".evening").count() === 4);
  });
});

counterpartTest(
  "shows the evening that goes on, and older ones by the page",
  [CHROMIUM],
  async () => {
    await onSessions(async ({ page, api, ticker, button, shows }) => {
      const session = exampleSession({
        id: 77,
        end_time: null,
        ended: null,
        start_time: Date.now(),
      });
      api.evenings.unshift({ ...session, outputs: [] });
      ticker.api.live.publish("session", { session });
      await page.locator(".evening .badge", { hasText: "LIVE" }).waitFor();
      await shows(/since \d\d:\d\d/);
      assert.equal(await page.locator(".evening .badge").count(), 1);
      await button("Load older evenings").click();
      await until(async () => await page.locator(".evening").count() === 6);
      await page.locator(".evening").first().click();
      await page.locator("#keep").waitFor();
    }, { pageSize: 3 });
  },
);

counterpartTest("opens an alert with the minutes before it", [CHROMIUM], async () => {
  await onSessions(async ({ page, button }) => {
    await button("Alerts").click();
    const alert = page.getByRole("button", { name: /21:11, lasted 3.min/ });
    await alert.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("slider", { name: /^Bitrate in Mb\/s, 21:06–21:16/ }).waitFor();
    assert.equal(await alert.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("Enter");
    await until(async () => await page.locator(".plot").count() === 0);
  });
});

counterpartTest("says why nothing can be read, and tries again", [CHROMIUM], async () => {
  await onSessions(async ({ page, api, ticker, button, shows }) => {
    api.failure = "The history cannot be opened.";
    await page.locator(".evening").first().click();
    await shows("The history cannot be opened.");
    api.failure = null;
    await button("Try again").click();
    await shows("Good but for three minutes");
    ticker.pause();
    await ticker.api.server.close();
    await shows("The sidecar is away");
    await shows("Good but for three minutes");
  });
});
