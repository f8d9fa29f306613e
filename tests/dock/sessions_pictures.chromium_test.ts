import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { BUILD_ID } from "../../shared/build_id.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker, takePicture } from "./dock_fixture.ts";
import {
  at,
  exampleAlert,
  exampleAlerts,
  exampleDetail,
  exampleEvenings,
} from "./example_session.ts";
import { type SessionsStandIn, standInForSessions } from "./sessions_stand_in.ts";

const WIDTHS = [280, 320, 460, 1280];

/** Texts as hostile as OBS and platforms can be: markup, one long word, right to left. */
const HOSTILE = `<img src=x onerror="document.title='x'">${"W".repeat(300)}\u202e\u0645`;

/** States of the page, and how to come to each. */
const STATES: Record<string, (page: Page, api: SessionsStandIn) => Promise<void>> = {
  async empty(page) {
    await page.getByText("None yet.").waitFor();
  },
  async list(page, api) {
    api.evenings = exampleEvenings(9);
    const [newest] = api.evenings;
    assert.ok(newest);
    api.evenings.unshift({
      ...newest,
      id: 99,
      start_time: at(23, 5),
      end_time: null,
      ended: null,
      errors: 0,
      warnings: 0,
      duration_s: 1500,
    });
    api.pageSize = 6;
    await reopen(page);
    await page.getByText("Load older evenings").waitFor();
  },
  async session(page) {
    await page.locator(".evening").nth(1).click();
    await page.locator(".plot canvas").first().waitFor();
  },
  async moment(page) {
    await page.getByLabel("What happened at").fill("21:14");
    await page.keyboard.press("Enter");
    await page.locator(".moment-answer", { hasText: "it was the network" }).waitFor();
  },
  async hostile(page, api) {
    const detail = exampleDetail();
    api.detail = {
      ...detail,
      session: { ...detail.session, name: HOSTILE, notes: HOSTILE },
      outputs: detail.outputs.map((output) => ({ ...output, name: HOSTILE })),
      alerts: detail.alerts.map((alert) => ({ ...alert, message: HOSTILE })),
      report: {
        ...detail.report,
        summary: HOSTILE,
        findings: detail.report.findings.map((each) => ({
          ...each,
          text: HOSTILE,
          remedy: HOSTILE,
        })),
        trends: [HOSTILE],
      },
    };
    await reopen(page);
    await page.locator("#summary bdi", { hasText: "WWW" }).first().waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
  },
  async alerts(page, api) {
    api.alerts = [
      exampleAlert({ uid: "now", state: "firing", since: Date.now() - 40_000, resolved_at: null }),
      ...exampleAlerts().reverse(),
    ];
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("button", { name: "Alerts", exact: true }).click();
    await reopen(page);
    await page.getByRole("button", { name: /21:11, lasted/ }).click();
    await page.locator(".plot canvas").first().waitFor();
  },
};

/** Leaves the page and comes back, so that it reads everything again. */
async function reopen(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("button", { name: "Sessions", exact: true }).click();
}

counterpartTest("Sessions looks right at every width, dark and light", [CHROMIUM], async (t) => {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 280, height: 600 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const api = await standInForSessions(page);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(ticker.url);
    await page.evaluate(axe.source);
    await page.getByRole("button", { name: "Sessions" }).click();
    const violations = (): Promise<string[]> =>
      page.evaluate(`axe.run().then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
          id + " " + target.join(" ") + " " + failureSummary)))`);
    const tooWide = (): Promise<string[]> =>
      page.evaluate(`[document.documentElement,
        ...document.querySelectorAll(".sessions :is(p:not(.unseen), table, h1:not(.unseen), h2, .card, li)")]
          .filter((element) => element.getBoundingClientRect().right > innerWidth ||
            element.scrollWidth > element.clientWidth + 1)
          .map((element) => element.outerHTML.slice(0, 200))`);
    for (const [name, reach] of Object.entries(STATES)) {
      await reach(page, api);
      for (const theme of ["dark", "light"] as const) {
        const config = { build: BUILD_ID, tick_ms: 500, theme, version: "v1" };
        ticker.api.live.publish("config", config);
        await page.locator(`html[data-theme="${theme}"]`).waitFor();
        for (const width of WIDTHS) {
          await t.step(`${name}, ${theme} at ${width} px`, async () => {
            await page.setViewportSize({ width, height: 700 });
            const height: number = await page.evaluate("document.body.scrollHeight");
            await page.setViewportSize({ width, height });
            await page.evaluate(`new Promise((painted) => {
              let frames = 12;
              const next = () => --frames === 0 ? painted() : requestAnimationFrame(next);
              next();
            })`);
            await takePicture(page, `dock-sessions-${name}-${theme}-${width}`);
            assert.deepEqual(await tooWide(), []);
          });
        }
        await t.step(`axe, ${name}, ${theme}`, async () => {
          assert.deepEqual(await violations(), []);
        });
      }
    }
    assert.notEqual(await page.title(), "x");
    assert.equal(await page.locator(".sessions img").count(), 0);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
});
