import assert from "node:assert/strict";
import axe from "axe-core";
import { BUILD_ID } from "../../shared/build_id.ts";
import type { PreflightReport } from "../../shared/preflight.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker, takePicture } from "./dock_fixture.ts";
import {
  EXAMPLE_BANDWIDTH,
  exampleReport,
  failedChecks,
  runningReport,
  trouble,
  warnedChecks,
} from "./example_preflight.ts";
import { standInForPreflight } from "./preflight_stand_in.ts";

const WIDTHS = [280, 320, 460, 1280];

const OFF_AIR = { ...exampleTelemetry().obs, streaming: false, outputs: [] };

/** Texts as hostile as OBS and platforms can be: markup, one long word, right to left. */
const HOSTILE = `<img src=x onerror="document.title='x'">${"W".repeat(300)}\u202e\u0645`;

/** A run in its middle: some checks have ended, one goes on, one has failed. */
function halfway(): PreflightReport {
  const checks = failedChecks().map((check, index) => {
    if (index < 5 || check.id === "obs.audio") return check;
    if (index > 6) return { ...check, status: "waiting" as const, findings: [] };
    return {
      ...check,
      status: "running" as const,
      findings: [],
      progress: index === 5 ? "6.1 Mbit/s, 8 s left" : null,
    };
  });
  return runningReport({ checks });
}

const STATES: Record<string, PreflightReport | null> = {
  "not-run": null,
  running: halfway(),
  go: exampleReport(),
  warnings: exampleReport({ checks: warnedChecks() }),
  "no-go": exampleReport({ verdict: "no-go", checks: failedChecks() }),
  bandwidth: exampleReport({ bandwidth: EXAMPLE_BANDWIDTH }),
  hostile: exampleReport({
    verdict: "no-go",
    checks: failedChecks().map((check) => ({
      ...check,
      name: HOSTILE,
      findings: [trouble("fail", [HOSTILE, HOSTILE, HOSTILE])],
      status: "fail",
    })),
    bandwidth: EXAMPLE_BANDWIDTH.map((each, index) => ({ ...each, platform: HOSTILE + index })),
  }),
};

counterpartTest("Pre-flight looks right at every width, dark and light", [CHROMIUM], async (t) => {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 280, height: 600 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const api = await standInForPreflight(page, ticker);
    ticker.show({ obs: OFF_AIR });
    api.runs = [
      exampleReport({ id: "a", verdict: "no-go", checks: failedChecks() }),
      exampleReport({ id: "b", started_at: Date.UTC(2026, 0, 9, 20), checks: warnedChecks() }),
      exampleReport({ id: "c", verdict: null, stopped: "You stopped them." }),
    ];
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(ticker.url);
    await page.evaluate(axe.source);
    await page.getByRole("button", { name: "Pre-flight" }).click();
    const serious = (): Promise<string[]> =>
      page.evaluate(`axe.run().then(({ violations }) =>
        violations.filter(({ impact }) => impact === "serious" || impact === "critical")
          .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
            id + " " + target.join(" ") + " " + failureSummary)))`);
    const tooWide = (): Promise<string[]> =>
      page.evaluate(`[document.documentElement,
        ...document.querySelectorAll(".preflight :is(p:not(.unseen), td, th, table, h1, .card)")]
          .filter((element) => element.getBoundingClientRect().right > innerWidth ||
            element.scrollWidth > element.clientWidth + 1)
          .map((element) => element.outerHTML.slice(0, 200))`);
    let count = 0;
    for (const [name, report] of Object.entries(STATES)) {
      if (report !== null) {
        const id = `${name}-${++count}`;
        api.publish({ ...report, id });
      }
      const words = report === null ? "NOT RUN" : report.finished_at === null ? "RUNNING" : "GO";
      await page.locator(".verdict-word", { hasText: words }).waitFor();
      for (const theme of ["dark", "light"] as const) {
        ticker.api.live.publish("config", {
          build: BUILD_ID,
          tick_ms: 500,
          theme,
          version: "v1",
        });
        await page.locator(`html[data-theme="${theme}"]`).waitFor();
        for (const width of WIDTHS) {
          await t.step(`${name}, ${theme} at ${width} px`, async () => {
            await page.setViewportSize({ width, height: 700 });
            const height: number = await page.evaluate("document.body.scrollHeight");
            await page.setViewportSize({ width, height });
            await page.evaluate(`new Promise((painted) =>
              requestAnimationFrame(() => requestAnimationFrame(painted)))`);
            await takePicture(page, `dock-preflight-${name}-${theme}-${width}`);
            assert.deepEqual(await tooWide(), []);
          });
        }
        await t.step(`axe, ${name}, ${theme}`, async () => assert.deepEqual(await serious(), []));
      }
    }
    assert.notEqual(await page.title(), "x");
    assert.equal(await page.locator(".preflight img").count(), 0);
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
});
