import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { Alert } from "../../shared/alert.ts";
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import {
  disconnectedTelemetry,
  exampleOutput,
  exampleRecording,
  exampleTelemetry,
} from "../api/example_telemetry.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker, takePicture, type Ticker } from "./dock_fixture.ts";

const WIDTHS = [280, 320, 460, 1280];

const FIVE_OUTPUTS: Output[] = [
  exampleOutput(),
  exampleOutput({
    id: "aitum_multi_output_yt",
    name: "YouTube",
    platform: "youtube",
    bitrate_kbps: 8912,
    target_bitrate_kbps: 9000,
    uptime_s: 4836,
  }),
  exampleOutput({
    id: "aitum_multi_output_kick",
    name: "Kick",
    platform: "kick",
    bitrate_kbps: 1104,
    target_bitrate_kbps: 6000,
    recent_drop_percentage: 3.4,
    congestion: 0.81,
    reconnects: 2,
    uptime_s: 4831,
  }),
  exampleOutput({
    id: "aitum_multi_output_tiktok",
    name: "TikTok vertical",
    platform: "tiktok",
    reconnecting: true,
    bitrate_kbps: 0,
    target_bitrate_kbps: 4000,
    recent_drop_percentage: null,
    congestion: null,
    reconnects: 4,
    uptime_s: 4829,
  }),
  exampleOutput({
    id: "whip",
    name: "مكتب البث المباشر للاستوديو الرئيسي / main studio backup relay",
    platform: null,
    bitrate_kbps: 124_500,
    target_bitrate_kbps: 125_000,
    recent_drop_percentage: null,
    congestion: null,
    uptime_s: 4825,
  }),
  exampleRecording(),
];

function alert(changes: Partial<Alert>): Alert {
  return {
    id: "network_drops:aitum_multi_output_kick",
    severity: "warning",
    message: "Network: Kick is dropping 3.4 % of its frames. Lower the bitrate or check Wi-Fi.",
    metric: "obs.outputs.aitum_multi_output_kick.recent_drop_percentage",
    value: 3.4,
    since: Date.now() - 40_000,
    ...changes,
  };
}

const RECONNECTING = alert({
  id: "reconnecting:aitum_multi_output_tiktok",
  severity: "error",
  message: "Network: TikTok vertical is reconnecting. Check the internet connection and the " +
    "platform's status page.",
  metric: "obs.outputs.aitum_multi_output_tiktok.reconnects",
  value: 4,
});

const SCENES: Record<string, { verdict: string; changes: () => Partial<Telemetry> }> = {
  healthy: { verdict: "HEALTHY", changes: () => ({}) },
  warning: {
    verdict: "WARNING",
    changes: () => {
      const { obs, health } = exampleTelemetry();
      return {
        obs: { ...obs, recent_drop_percentage: 1.8, outputs: FIVE_OUTPUTS.slice(0, 3) },
        health: { ...health, overall: "warning", alerts: [alert({})] },
      };
    },
  },
  critical: {
    verdict: "CRITICAL",
    changes: () => {
      const { obs, health, system } = exampleTelemetry();
      const failing = { ok: false, age_ms: 12_000, error: "NVML answers no more: GPU is lost." };
      return {
        system: { ...system, gpu: null, gpus: [], record_minutes_left: 12, disk_free_gb: 1.6 },
        obs: { ...obs, recent_drop_percentage: 6.2, outputs: FIVE_OUTPUTS },
        health: {
          overall: "critical",
          alerts: [RECONNECTING, alert({})],
          collectors: { ...health.collectors, gpu: failing },
        },
      };
    },
  },
  "no-obs": {
    verdict: "NO OBS",
    changes: () => {
      const error = "OBS does not answer at 127.0.0.1:4455. Start OBS, or enable its WebSocket " +
        "server: Tools > WebSocket Server Settings > Enable WebSocket server.";
      const { obs, health, system, network } = disconnectedTelemetry(error);
      return { obs, health, system, network };
    },
  },
};

/** Whether anything is wider than the page. */
async function overflowsSideways(page: Page): Promise<boolean> {
  return await page.evaluate("document.documentElement.scrollWidth > innerWidth");
}

async function openDock(browser: Browser, ticker: Ticker): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 280, height: 600 } });
  await page.goto(ticker.url);
  return page;
}

counterpartTest("looks right at every width in every state", [CHROMIUM], async (t) => {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await openDock(browser, ticker);
    for (const [name, { verdict, changes }] of Object.entries(SCENES)) {
      ticker.show(changes());
      await page.getByText(verdict, { exact: true }).waitFor();
      for (const width of WIDTHS) {
        await t.step(`${name} at ${width} px`, async () => {
          await page.setViewportSize({ width, height: width < 500 ? 600 : 800 });
          assert.equal(await overflowsSideways(page), false);
          await takePicture(page, `dock-${name}-${width}`);
        });
      }
    }
  } finally {
    await browser.close();
  }
});

counterpartTest("nothing moves when figures change or alerts come", [CHROMIUM], async () => {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await openDock(browser, ticker);
    await page.getByText("HEALTHY", { exact: true }).waitFor();
    const places = (): Promise<string> =>
      page.evaluate(`JSON.stringify([...document.querySelectorAll(
        ".lamp, .card, .row, .figure, .cell, .plot, .meter-row dd, .state"
      )].filter((element) => element.closest("#alerts") === null).map((element) => {
        const { left, top } = element.getBoundingClientRect();
        return [element.className.replace(/tone-\\w+/, ""), left, top];
      }))`);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 600 });
      ticker.show({});
      await page.getByText("HEALTHY", { exact: true }).waitFor();
      const before = await places();
      const { obs, health } = exampleTelemetry();
      ticker.show({
        obs: {
          ...obs,
          active_fps: 9.5,
          recent_drop_percentage: 34.2,
          recent_render_lagged_percentage: null,
          outputs: [
            exampleOutput({ bitrate_kbps: null, recent_drop_percentage: 34.2, congestion: 1 }),
            exampleRecording({ bitrate_kbps: 9 }),
          ],
        },
        health: { ...health, overall: "critical", alerts: [RECONNECTING, alert({})] },
      });
      await page.getByText("CRITICAL", { exact: true }).waitFor();
      assert.equal(await places(), before);
    }
  } finally {
    await browser.close();
  }
});
