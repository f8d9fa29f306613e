/// <reference lib="dom" />
/** Hours of the dock's life in a minute or two, and what they cost the page. */
import type { CDPSession } from "playwright-core";
import { dockUrl } from "../../shared/dock_url.ts";
import { startApi } from "../api/api_fixture.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock } from "./dock_fixture.ts";
import { eveningAt } from "./example_evening.ts";

/** Snapshots of a round: the 15 minutes that the page remembers, and that the evening lasts. */
export const ROUND = 1800;
/** Snapshots that are sent between two frames of the page. */
const BURST = 4;

/** What the hours cost. */
export interface HoursCost {
  sent: number;
  /** Snapshots that the page took; it passes over those that a newer one overtakes. */
  seen: number;
  /** Work of the page's main thread. */
  taskMsPerSnapshot: number;
  /** Bytes in use after each round, once garbage was collected. */
  heapBytes: number[];
}

/** Sends two snapshots for each second of so many quarters of an hour to the dock in a browser. */
export async function accelerateHours({ rounds }: { rounds: number }): Promise<HoursCost> {
  await using dock = await builtDock();
  await using api = await startApi({ dockFiles: dock.files });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    await page.addInitScript(() => {
      const parse = JSON.parse;
      const counted = Object.assign(globalThis, { snapshots: 0 });
      JSON.parse = (text: string) => {
        if (text.startsWith('{"version"')) counted.snapshots++;
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
    const before = { taskMs: await taskMs(session), seen: await seenBy(page) };
    const heapBytes: number[] = [];
    let collectedMs = 0;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < ROUND; i += BURST) {
        for (let j = 0; j < BURST; j++) {
          send();
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        await page.evaluate(() => new Promise(requestAnimationFrame));
      }
      const taskBefore = await taskMs(session);
      heapBytes.push(await usedHeap(session));
      collectedMs += await taskMs(session) - taskBefore;
    }
    const seen = await seenBy(page);
    const worked = await taskMs(session) - before.taskMs - collectedMs;
    return { sent, seen, heapBytes, taskMsPerSnapshot: worked / (seen - before.seen) };
  } finally {
    await browser.close();
  }
}

async function seenBy(page: { evaluate(text: string): Promise<unknown> }): Promise<number> {
  return Number(await page.evaluate("globalThis.snapshots"));
}

async function usedHeap(session: CDPSession): Promise<number> {
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
}
