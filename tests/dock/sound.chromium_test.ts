/// <reference lib="dom" />
import assert from "node:assert/strict";
import { until } from "../api/api_fixture.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker } from "./dock_fixture.ts";
import { standInForSettings } from "./settings_stand_in.ts";

/** A browser's sound that writes down its notes, and may not be heard before a click. */
function fakeSound(): void {
  const notes: number[] = [];
  const connect = <T>(to: T): T => to;
  const ramp = (): void => {};
  class FakeContext {
    state = "suspended";
    currentTime = 0;
    destination = {};
    createGain = () => ({
      connect,
      gain: { setValueAtTime: ramp, linearRampToValueAtTime: ramp },
    });
    createOscillator = () => {
      const note = { frequency: { value: 0 }, connect, start, stop: ramp };
      function start(): void {
        notes.push(note.frequency.value);
      }
      return note;
    };
    suspend = () => Promise.resolve();
    close = () => Promise.resolve();
  }
  Object.assign(globalThis, { AudioContext: FakeContext, notes });
}

counterpartTest(
  "alerts are heard, and a browser that forbids it is told of",
  [CHROMIUM],
  async () => {
    await using dock = await builtDock();
    await using ticker = await startTicker(dock);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 320, height: 700 } });
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      const settings = await standInForSettings(page);
      settings.document.dock.sound = "error";
      await page.addInitScript(fakeSound);
      await page.goto(ticker.url);
      const note = page.getByText("Click here once to hear alerts.");
      await note.click();
      await until(async () => await note.count() === 0);
      const notes = (): Promise<number[]> => page.evaluate("globalThis.notes");
      const alert = { message: "Bad.", metric: null, value: null, since: Date.now() };
      ticker.api.live.publish("alert", {
        state: "firing",
        alert: { ...alert, id: "a", uid: "a", severity: "warning" },
      });
      ticker.api.live.publish("alert", {
        state: "firing",
        alert: { ...alert, id: "b", uid: "b", severity: "error" },
      });
      await until(async () => (await notes()).length > 0);
      assert.deepEqual(await notes(), [660, 880, 660, 880]);
      await page.getByRole("button", { name: "Settings" }).click();
      await page.locator("summary", { hasText: "Look and sound" }).click();
      await page.getByRole("button", { name: "Play", exact: true }).click();
      assert.equal((await notes()).length, 8);
      assert.deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  },
);
