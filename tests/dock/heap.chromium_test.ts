/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { CDPSession } from "playwright-core";
import { startApi } from "../api/api_fixture.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { dockUrl } from "../../shared/api.ts";
import { builtDock } from "./dock_fixture.ts";
import { eveningAt } from "./example_evening.ts";

/** Snapshots of a round: the 15 minutes that the page remembers, and that the evening lasts. */
const ROUND = 1800;
const ROUNDS = 4;

/** Snapshots that are sent between two frames of the page. */
const BURST = 4;

/**
 * Bytes by which two readings of one page differ by themselves (0.4 MB was seen). A leak of 140
 * bytes a snapshot, of which each has 6,000, is more.
 */
const NOISE_BYTES = 500_000;

async function heapBytes(session: CDPSession): Promise<number> {
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

counterpartTest("the page's heap does not grow over an hour of updates", [CHROMIUM], async (t) => {
  await using dock = await builtDock();
  await using api = await startApi({ dockFiles: dock.files });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    await page.addInitScript(() => {
      const parse = JSON.parse;
      const counted = Object.assign(globalThis, { snapshots: 0 });
      JSON.parse = (text: string) => {
        counted.snapshots++;
        return parse(text);
      };
    });
    const startMs = Date.now();
    let sent = 0;
    const send = (): void => {
      const atMs = startMs + sent * 500;
      // The same evening again and again, its alert included.
      const evening = eveningAt(startMs + (sent * 500) % 900_000, startMs + 900_000);
      api.show({ ...evening, sequence: ++sent, written_at_ms: atMs });
    };
    send();
    await page.goto(dockUrl(api.port, api.token.value()));
    await page.locator(".plot").first().waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const heaps: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < ROUND; i += BURST) {
        for (let j = 0; j < BURST; j++) {
          send();
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        await page.evaluate(() => new Promise(requestAnimationFrame));
      }
      heaps.push(await heapBytes(session));
    }
    const seen = Number(await page.evaluate("globalThis.snapshots"));
    const { metrics } = await session.send("Performance.getMetrics");
    const taskS = metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
    const text = `${seen} of ${sent} snapshots seen, ${(taskS * 1000 / seen).toFixed(1)} ms of ` +
      `the main thread each; heap after each ${ROUND}: ${heaps.join(", ")} bytes`;
    await t.step(text, () => {
      assert.ok(seen > sent / 2, "the page took too few of them to prove anything");
      const first = Math.min(...heaps.slice(0, 2));
      const last = Math.min(...heaps.slice(-2));
      assert.ok(last - first < NOISE_BYTES);
    });
  } finally {
    await browser.close();
  }
});
