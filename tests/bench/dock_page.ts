/// <reference lib="dom" />
/** What the dock costs and how soon it shows things, in a browser. */
import type { Browser, Page } from "playwright-core";
import { dockUrl } from "../../shared/dock_url.ts";
import { createFiveOutputs } from "../../sidecar/demo/five_outputs.ts";
import { createRandom } from "../../sidecar/demo/random.ts";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { CHROMIUM } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { type SidecarPeer, startSidecarPeer } from "../peers/sidecar.ts";
import { percentiles } from "./format.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const OPENINGS = 30;
const CHANGES = 200;
const MOST_PIXEL_MS = 100;
const VIEWPORT = { width: 320, height: 800 };

/** How soon the dock shows itself, and what OBS tells. */
export const dockPage: Section = {
  name: "dock-page",
  title: "The dock in a browser: first paint, and event → pixel",
  needs: [CHROMIUM],
  run: measure,
};

interface Opening {
  /** Milliseconds from the navigation's start. */
  paint: number;
  verdict: number;
}

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  const obs = await startSimulatedObs();
  // What is measured of the stream's way stays on this machine.
  obs.state.service.settings["server"] = `rtmp://127.0.0.1:${obs.port}/app`;
  const outputs = createFiveOutputs({ obs, clock: systemClock });
  const config = `[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n`;
  const browser = await launchChromium();
  try {
    await using sidecar = await startSidecarPeer({ home: folder, config });
    await sidecar.untilBridge(({ health }) => health.overall === "healthy", {
      what: "five streams are fine",
    });
    say(`${OPENINGS} openings`);
    const openings = await measureOpenings(browser, sidecar);
    say(`${CHANGES} changes of scene`);
    const changes = await measureChanges(browser, { sidecar, obs });
    return report(openings, changes);
  } finally {
    await browser.close();
    outputs.stop();
    await obs.close();
  }
}

async function measureOpenings(browser: Browser, sidecar: SidecarPeer): Promise<Opening[]> {
  const openings: Opening[] = [];
  for (let count = 0; count < OPENINGS; count++) {
    // A context of its own: nothing is in a cache.
    const context = await browser.newContext({ viewport: VIEWPORT });
    const page = await context.newPage();
    await page.addInitScript(`
      globalThis.verdictAt = new Promise((resolve) => {
        new MutationObserver((_, observer) => {
          if (!/HEALTHY/.test(document.querySelector(".verdict-word")?.textContent)) return;
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
        }).observe(document, { subtree: true, childList: true, characterData: true });
      });`);
    await page.goto(dockUrl(sidecar.port, sidecar.token()));
    const verdict = Number(await page.evaluate("verdictAt"));
    const paint = Number(
      await page.evaluate(
        `performance.getEntriesByName("first-contentful-paint")[0]?.startTime`,
      ),
    );
    if (Number.isNaN(paint)) throw new Error("The browser has not told when it painted");
    openings.push({ paint, verdict });
    await context.close();
  }
  return openings;
}

/** Milliseconds from OBS's event to the frame after which the page shows it. */
async function measureChanges(
  browser: Browser,
  { sidecar, obs }: { sidecar: SidecarPeer; obs: SimulatedObs },
): Promise<number[]> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(dockUrl(sidecar.port, sidecar.token()));
  await page.locator(".verdict-scene").waitFor();
  const random = createRandom(1);
  const found: number[] = [];
  for (let count = 0; count < CHANGES; count++) {
    // At any phase of the sidecar's tick.
    await new Promise((resolve) => setTimeout(resolve, 50 + random.next() * 500));
    const scene = `Scene ${count}`;
    await watchFor(page, scene);
    const sent = performance.timeOrigin + performance.now();
    obs.setScene(scene);
    const shown = await withDeadline(page.evaluate("shownAt"), { ms: 10_000, what: "the dock" });
    found.push(Number(shown) - sent);
  }
  await page.close();
  return found;
}

/** Notes the moment in Unix milliseconds when the page has drawn a text. */
async function watchFor(page: Page, text: string): Promise<void> {
  await page.evaluate((text) => {
    const shownAt = new Promise<number>((resolve) => {
      new MutationObserver((_, observer) => {
        if (document.querySelector(".verdict-scene bdi")?.textContent !== text) return;
        observer.disconnect();
        // The task behind a frame's callbacks runs when that frame is drawn.
        requestAnimationFrame(() =>
          setTimeout(() => resolve(performance.timeOrigin + performance.now()))
        );
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    Object.assign(globalThis, { shownAt });
  }, text);
}

function report(openings: readonly Opening[], changes: readonly number[]): Findings {
  const opening = (what: string, pick: (opening: Opening) => number) => ({
    what,
    promise: "",
    kept: null,
    measured: percentiles(summarise(openings.map(pick))),
    baseline: "",
    runs: String(openings.length),
  });
  const pixel = summarise(changes);
  return {
    rows: [
      opening("navigation → first contentful paint", ({ paint }) => paint),
      opening("navigation → the verdict is drawn", ({ verdict }) => verdict),
      {
        what: "OBS tells of another scene → the dock has drawn it",
        promise: `p99 ≤ ${MOST_PIXEL_MS} ms`,
        kept: pixel.p99 <= MOST_PIXEL_MS,
        measured: percentiles(pixel),
        baseline: "",
        runs: String(pixel.count),
      },
    ],
    notes: [
      "Chromium without a window, drawing in software, on the machine that the sidecar runs on; " +
      `${VIEWPORT.width} px wide, five streams and a recording. Every opening begins without a ` +
      "cache. Drawn means: the frame that follows the change of the page has been made. Changes come at random " +
      "moments of the sidecar's tick.",
    ],
  };
}
