/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Telemetry } from "../../shared/telemetry.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker, takePicture } from "./dock_fixture.ts";

/** Docks below the 280 px that the page is made for; OBS lets one be pushed together so far. */
const SIZES = [[80, 80], [130, 300], [199, 139], [200, 140], [240, 600], [279, 600]] as const;

const MESSAGE =
  "Network: YouTube is dropping 12 % of its frames. Lower the bitrate or check Wi-Fi.";

/** A snapshot of a stream in trouble, told by two alerts. */
function troubled(): Partial<Telemetry> {
  const { health } = exampleTelemetry();
  const alerts = ["network_drops:a", "network_drops:b"].map((id) => ({
    id,
    severity: "error" as const,
    message: MESSAGE,
    metric: null,
    value: null,
    since: null,
  }));
  return { health: { ...health, overall: "critical", alerts } };
}

/** What keeps the verdict's word from being read whole, and what sticks out of the page. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} px wide`);
    const word = document.querySelector(".verdict-word");
    if (word === null) return [...found, "there is no verdict"];
    const { left, right, top, bottom } = word.getBoundingClientRect();
    if (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight) {
      found.push(`the verdict is at ${left}, ${top} to ${right}, ${bottom}`);
    }
    if (word.scrollWidth > word.clientWidth) found.push("the verdict is cut off");
    for (const y of [top + 2, bottom - 2]) {
      const onTop = document.elementFromPoint((left + right) / 2, y);
      if (onTop !== word) found.push(`${onTop?.className} lies over the verdict`);
    }
    for (
      const element of document.querySelectorAll(".verdict-top > *, .verdict-slot > *, .navigation")
    ) {
      const box = element.getBoundingClientRect();
      if (box.right > innerWidth + 1) {
        found.push(`${element.tagName}.${element.getAttribute("class")} sticks out`);
      }
    }
    return found;
  });
}

counterpartTest(
  "a dock that is pushed together shows its verdict whole, and nothing over it or beside it",
  [CHROMIUM],
  async () => {
    await using dock = await builtDock();
    await using ticker = await startTicker(dock);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(ticker.url);
      for (const [word, changes] of [["HEALTHY", {}], ["CRITICAL", troubled()]] as const) {
        ticker.show(changes);
        await page.locator(".verdict-word").getByText(word, { exact: true }).waitFor();
        for (const [width, height] of SIZES) {
          await page.setViewportSize({ width, height });
          assert.deepEqual(await faults(page), [], `${word} at ${width}×${height}`);
        }
      }
      await page.setViewportSize({ width: 80, height: 80 });
      await takePicture(page, "dock-80");
    } finally {
      await browser.close();
    }
  },
);
