/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import {
  disconnectedTelemetry,
  exampleOutput,
  exampleTelemetry,
} from "../api/example_telemetry.ts";
import { until } from "../api/api_fixture.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { answerEvening, builtDock, startTicker, takePicture, type Ticker } from "./dock_fixture.ts";
import { eveningAt } from "./example_evening.ts";

/** Runs `fn` with a page whose sidecar knows an evening and goes on with it. */
async function withEvening(
  fn: (world: { page: Page; ticker: Ticker; endMs: number }) => Promise<void>,
): Promise<void> {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 460, height: 900 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const endMs = Date.now();
    await answerEvening(page, endMs);
    const { obs, system, network, health } = eveningAt(endMs, endMs);
    ticker.show({ obs, system, network, health });
    await page.goto(ticker.url);
    await page.getByText("WARNING", { exact: true }).waitFor();
    await fn({ page, ticker, endMs });
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

/** Share of a chart's pixels that are painted. */
async function painted(page: Page, index: number): Promise<number> {
  await page.locator(".plot").nth(index).scrollIntoViewIfNeeded();
  return await page.evaluate((index) => {
    const canvas = document.querySelectorAll<HTMLCanvasElement>(".plot canvas")[index];
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return 0;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, i) => i % 4 === 3 && value > 0).length * 4 / data.length;
  }, index);
}

const WIDTHS = [280, 320, 460, 820, 1280];

counterpartTest("looks right over an evening, dark and light", [CHROMIUM], async () => {
  await withEvening(async ({ page }) => {
    const count = await page.locator(".plot").count();
    assert.equal(count, 6);
    for (const theme of ["dark", "light"]) {
      await page.evaluate((theme) => document.documentElement.dataset["theme"] = theme, theme);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        for (let i = 0; i < count; i++) await until(async () => await painted(page, i) > 0.02);
        assert.equal(
          await page.evaluate("document.documentElement.scrollWidth > innerWidth"),
          false,
        );
        await takePicture(page, `live-${theme}-${width}`);
      }
    }
  });
});

/** The legend's figures, chart by chart. */
function legends(page: Page): Promise<string[]> {
  return page.locator(".legend").allTextContents();
}

counterpartTest("fits every width from 280 px on", [CHROMIUM], async () => {
  await withEvening(async ({ page }) => {
    for (let width = 280; width <= 1400; width += 20) {
      await page.setViewportSize({ width, height: 900 });
      const isTooWide = () =>
        page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth");
      await until(async () => !await isTooWide()).catch((cause) => {
        throw new Error(`Something is wider than the page of ${width} px`, { cause });
      });
    }
  });
});

counterpartTest(
  "one crosshair moves through all charts and their legends",
  [CHROMIUM],
  async () => {
    await withEvening(async ({ page }) => {
      await until(async () => await painted(page, 0) > 0.02);
      assert.doesNotMatch((await legends(page)).join(), /–/);
      // The minute of which nobody knows anything is a fifth and a bit from the left.
      const over = page.locator(".plot-area").first();
      const box = await over.boundingBox();
      assert.ok(box);
      await over.hover({ position: { x: box.width * 0.23, y: 30 } });
      await until(async () => (await page.locator("#charts .card-note").textContent()) !== "now");
      for (const legend of await legends(page)) assert.match(legend, /^(\D+–)+$/);
      await over.hover({ position: { x: box.width * 0.38, y: 30 } });
      await until(async () => !(await legends(page)).join().includes("–"));
      assert.match((await legends(page))[0] ?? "", /^Twitch[23]\.\d/);
      await takePicture(page, "live-crosshair-460");
      const places = await page.locator(".plot-cursor").evaluateAll((lines) =>
        lines.map((line) => Math.round(line.getBoundingClientRect().left))
      );
      assert.equal(places.length, 6);
      assert.equal(new Set(places).size, 1);
      await page.mouse.move(5, 5);
      await until(async () => (await page.locator("#charts .card-note").textContent()) === "now");
    });
  },
);

counterpartTest("keys move the crosshair of all charts, and it is said", [CHROMIUM], async () => {
  await withEvening(async ({ page }) => {
    await until(async () => await painted(page, 0) > 0.02);
    const plot = page.getByRole("slider", { name: /^Bitrate in/ });
    const note = page.locator("#charts .card-note");
    assert.equal(await plot.getAttribute("aria-valuetext"), "no moment");
    await plot.focus();
    for (const key of ["Home", "PageUp", "ArrowLeft"]) await page.keyboard.press(key);
    await until(async () => (await note.textContent()) !== "now");
    assert.equal(await plot.getAttribute("aria-valuenow"), "10");
    assert.match(
      await plot.getAttribute("aria-valuetext") ?? "",
      /^\d\d:\d\d:\d\d: Twitch [56]\.\d, YouTube /,
    );
    assert.equal(await page.locator(".plot-cursor:not([hidden])").count(), 6);
    await page.keyboard.press("Escape");
    await until(async () => (await note.textContent()) === "now");
  });
});

counterpartTest(
  "charts draw on with live figures, and tell them in words",
  [CHROMIUM],
  async () => {
    await withEvening(async ({ page, ticker }) => {
      const chart = page.locator(".plot").first();
      await until(async () => /Twitch: now [56]\.\d, least [23]/.test(await label(chart)));
      const before = await page.locator(".plot canvas").first().evaluate((canvas) =>
        (canvas as HTMLCanvasElement).toDataURL()
      );
      const { obs } = exampleTelemetry();
      ticker.show({ obs: { ...obs, outputs: [exampleOutput({ id: "adv_stream" })] } });
      await until(async () => /Twitch: now 6\.0, .* most [67]/.test(await label(chart)));
      // An output that is gone keeps its line.
      await until(async () => /Kick: now –, least 2/.test(await label(chart)));
      await page.locator(".plot").first().scrollIntoViewIfNeeded();
      await until(async () =>
        before !==
          await page.locator(".plot canvas").first().evaluate((canvas) =>
            (canvas as HTMLCanvasElement).toDataURL()
          )
      );
    });
  },
);

async function label(chart: Locator): Promise<string> {
  return await chart.getAttribute("aria-label") ?? "";
}

counterpartTest("a chart that was folded away stays so", [CHROMIUM], async () => {
  await withEvening(async ({ page }) => {
    const fold = page.getByRole("button", { name: "Latency" });
    await fold.focus();
    await page.keyboard.press("Enter");
    await until(async () => await page.locator(".plot").count() === 5);
    await page.reload();
    await fold.waitFor();
    assert.equal(await fold.getAttribute("aria-expanded"), "false");
    assert.equal(await page.locator(".plot").count(), 5);
  });
});

counterpartTest("nothing shifts while figures move for seconds", [CHROMIUM], async () => {
  await withEvening(async ({ page, ticker, endMs }) => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await until(async () => await painted(page, 0) > 0.02);
      await page.evaluate("scrollTo({ top: 0, behavior: 'instant' })");
      await page.evaluate(() => {
        const shifts: string[] = [];
        const whatIs = (node: Node | null): string =>
          `${
            (node instanceof Element ? node : node?.parentElement)?.className
          } ${node?.textContent}`;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const { sources } = entry as PerformanceEntry & { sources: { node: Node | null }[] };
            shifts.push(sources.map(({ node }) => whatIs(node)).join());
          }
        }).observe({ type: "layout-shift" });
        Object.assign(globalThis, { shifts });
      });
      for (let step = 0; step < 30; step++) {
        const { obs, system, network, health } = eveningAt(endMs - 900_000 + step * 29_000, endMs);
        ticker.show({ obs, system, network, health });
        await page.evaluate(() => new Promise(requestAnimationFrame));
      }
      assert.deepEqual(await page.evaluate("globalThis.shifts"), [], `at ${width} px`);
    }
  });
});

counterpartTest(
  "a program can find nothing serious against access for all",
  [CHROMIUM],
  async () => {
    const axe = await Deno.readTextFile(
      new URL("../../node_modules/axe-core/axe.min.js", import.meta.url),
    );
    await withEvening(async ({ page, ticker }) => {
      await until(async () => await painted(page, 0) > 0.02);
      const check = async (what: string): Promise<void> => {
        await page.evaluate(axe);
        const found = await page.evaluate(`axe.run().then(({ violations }) =>
        violations.map(({ id, impact, nodes }) => [id, impact, nodes.map(({ html }) => html)]))`);
        assert.deepEqual(found, [], what);
      };
      await check("warning");
      const { obs, health } = exampleTelemetry();
      ticker.show({ obs: { ...obs, outputs: [] }, health });
      await page.getByText("HEALTHY", { exact: true }).waitFor();
      await check("before the first stream");
      const away = disconnectedTelemetry("OBS does not answer.");
      ticker.show({ obs: away.obs, health: away.health, system: away.system });
      await page.getByText("NO OBS", { exact: true }).waitFor();
      await check("without OBS and graphics card");
      await takePicture(page, "live-no-obs-460");
      ticker.pause();
      await page.getByText("STALE", { exact: true }).waitFor();
      await check("stale");
    });
  },
);

counterpartTest(
  "alerts come as events, and are kept greyed when they are over",
  [CHROMIUM],
  async () => {
    await withEvening(async ({ page, ticker }) => {
      const alert = {
        id: "cpu_busy",
        severity: "warning",
        message: "CPU: <img src=x onerror=alert(1)> busy.",
        metric: null,
        value: null,
        since: Date.now() - 12_000,
      };
      ticker.api.live.publish("alert", { state: "firing", alert });
      ticker.api.live.publish("alert", { state: "resolved", alert });
      const note = page.locator(".note.is-over", { hasText: alert.message });
      await note.waitFor();
      assert.match(await note.textContent() ?? "", /over\d\d:\d\d:\d\d, for 1[123]\u00a0s/);
      assert.equal(await page.locator("img").count(), 0);
      await takePicture(page, "live-alerts-460");
    });
  },
);

counterpartTest(
  "a screen reader hears a change of the verdict, not each tick",
  [CHROMIUM],
  async () => {
    await withEvening(async ({ page, ticker, endMs }) => {
      await page.evaluate(() => {
        const spoken: string[] = [];
        const region = document.querySelector("[role=status]");
        if (region === null) throw new Error("There is no live region");
        new MutationObserver(() => spoken.push(region.textContent ?? "")).observe(region, {
          subtree: true,
          childList: true,
          characterData: true,
        });
        Object.assign(globalThis, { spoken });
      });
      const { health } = eveningAt(endMs, endMs);
      const [alert] = health.alerts;
      assert.ok(alert);
      for (const share of ["3.5", "3.6", "3.7"]) {
        const message = `Network: Kick is dropping ${share} % of its frames. Lower the bitrate.`;
        ticker.show({ health: { ...health, alerts: [{ ...alert, message }] } });
        await page.getByText(new RegExp(`dropping ${share} % of its frames for`)).first().waitFor();
      }
      ticker.show({});
      await page.getByText("HEALTHY", { exact: true }).waitFor();
      assert.deepEqual(await page.evaluate("globalThis.spoken"), [
        "HEALTHY. Network, GPU and encoder are fine.",
      ]);
    });
  },
);
