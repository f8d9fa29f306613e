/// <reference lib="dom" />
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import { until } from "../api/api_fixture.ts";
import { BUILD_ID } from "../../shared/build_id.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { builtDock, startTicker, takePicture, type Ticker } from "./dock_fixture.ts";
import { type SettingsStandIn, standInForSettings } from "./settings_stand_in.ts";

const SECRET = "canary-Yc7vQ2";

interface World {
  page: Page;
  api: SettingsStandIn;
  ticker: Ticker;
  /** The input of a setting. */
  field(key: string): Locator;
  button(name: string): Locator;
}

/** Runs `fn` on an open Settings page; fails if the page met an error of its own. */
async function onSettings(fn: (world: World) => Promise<void>): Promise<void> {
  await using dock = await builtDock();
  await using ticker = await startTicker(dock);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 320, height: 700 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
    });
    const api = await standInForSettings(page);
    await page.goto(ticker.url);
    const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
    await button("Settings").click();
    const field = (key: string): Locator => page.locator(`[id="setting-${key}"]`);
    await field("obs.port").waitFor();
    await fn({ page, api, ticker, field, button });
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

/** Tells the page which settings are in force, as the sidecar does after a change. */
function announce({ api, ticker }: World, theme: "dark" | "light" = "dark"): void {
  ticker.api.live.publish("config", {
    build: BUILD_ID,
    tick_ms: 500,
    theme,
    version: api.version,
  });
}

function says(page: Page, text: string | RegExp): Promise<void> {
  return page.locator(".save-bar, dialog, .field, .test").getByText(text).first().waitFor();
}

counterpartTest("saves what was changed, for the version that was read", [CHROMIUM], async () => {
  await onSettings(async ({ page, api, field, button }) => {
    await field("obs.port").fill("4455");
    await says(page, "1 change");
    await button("Save").click();
    await says(page, "Saved.");
    assert.deepEqual(api.asked, [
      { method: "PUT", path: "/api/v1/config", ifMatch: '"v1"', body: { obs: { port: 4455 } } },
    ]);
    await page.getByRole("button", { name: "Reset Port to its default: not set" }).click();
    await field("obs.port").press("Enter");
    await until(() => api.asked.length === 2);
    assert.deepEqual(api.asked[1]?.body, { obs: { port: null } });
    await page.reload();
    await field("obs.port").waitFor();
    assert.equal(await field("obs.port").inputValue(), "");
  });
});

counterpartTest("refuses as it is typed, and moves nothing by it", [CHROMIUM], async () => {
  await onSettings(async ({ page, field, button }) => {
    const places = (): Promise<string> =>
      page.evaluate(`JSON.stringify([...document.querySelectorAll("label, input, summary, p.help")]
        .map((element) => element.getBoundingClientRect().top + scrollY))`);
    for (const width of [280, 460, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      await field("obs.port").fill("");
      const before = await places();
      await field("obs.port").fill("99999");
      await says(page, "Port must be a whole number from 1 to 65535, is 99999");
      assert.equal(await places(), before);
    }
    assert.equal(await field("obs.port").getAttribute("aria-invalid"), "true");
    const description = await field("obs.port").getAttribute("aria-describedby");
    assert.match(await page.locator(`[id="${description}"]`).innerText(), /^Port must be/);
    assert.equal(await button("Save").isDisabled(), true);
  });
});

counterpartTest("keeps edits when the file was changed meanwhile", [CHROMIUM], async () => {
  await onSettings(async (world) => {
    const { page, api, field, button } = world;
    await field("obs.host").fill("gaming-pc.local");
    api.changeOutside({ obs: { port: 4460 } });
    await button("Save").click();
    await says(page, /changed elsewhere/);
    await says(page, /not set, now 4460/);
    assert.equal(await field("obs.host").inputValue(), "gaming-pc.local");
    assert.equal(await field("obs.port").inputValue(), "4460");
    await takePicture(page, "dock-settings-conflict-320");
    await button("Save").click();
    await says(page, "Saved.");
    assert.deepEqual(api.asked.map(({ ifMatch }) => ifMatch), ['"v1"', '"v2"']);
    assert.equal(api.document.obs.host, "gaming-pc.local");
    api.changeOutside({ obs: { port: 4470 } });
    announce(world);
    await until(async () => await field("obs.port").inputValue() === "4470");
  });
});

counterpartTest("shows refused settings at their fields, and goes there", [CHROMIUM], async () => {
  await onSettings(async ({ page, api, field, button }) => {
    await page.getByText("Alerts", { exact: true }).click();
    await page.getByText("Thresholds").click();
    await field("alerts.cpu_warning").fill("80");
    await page.getByText("Alerts", { exact: true }).click();
    const message = "[alerts] cpu_warning must be less than cpu_error, is 80";
    api.refuseNext([{ key: "alerts.cpu_warning", message }]);
    await button("Save").click();
    await says(page, "CPU warning must be less than cpu_error, is 80");
    await until(() => field("alerts.cpu_warning").evaluate((it) => it === document.activeElement));
    await field("alerts.cpu_warning").fill("81");
    await button("Save").click();
    await says(page, "Saved.");
  });
});

counterpartTest("asks before leaving with changes, by page and by reload", [CHROMIUM], async () => {
  await onSettings(async ({ page, api, field, button }) => {
    await field("obs.port").fill("4455");
    await button("Live").click();
    await says(page, "One change is not saved yet.");
    await takePicture(page, "dock-settings-leave-320");
    await page.keyboard.press("Escape");
    assert.equal(await field("obs.port").inputValue(), "4455");
    const asked: string[] = [];
    page.on("dialog", async (dialog) => {
      asked.push(dialog.type());
      await dialog.dismiss();
    });
    await page.reload({ timeout: 2000 }).catch(() => {});
    assert.deepEqual(asked, ["beforeunload"]);
    await button("Live").click();
    await button("Save and leave").click();
    await page.locator("#outputs").waitFor();
    assert.deepEqual(api.asked[0]?.body, { obs: { port: 4455 } });
    await button("Settings").click();
    await field("obs.port").fill("1");
    await button("Sessions").click();
    await button("Discard and leave").click();
    await page.locator("main.sessions").waitFor();
    await page.reload();
    await page.locator("main.sessions").waitFor();
    assert.equal(api.asked.length, 1);
  });
});

counterpartTest(
  "sets, replaces and removes a secret, and keeps none of it",
  [CHROMIUM],
  async () => {
    await onSettings(async ({ page, api, button }) => {
      const everywhere = (): Promise<string> =>
        page.evaluate(`document.documentElement.outerHTML + JSON.stringify([
        {...sessionStorage}, {...localStorage}, location.href,
        [...document.querySelectorAll("input")].map((input) => input.value),
      ])`);
      const input = page.locator("input[type=password]");
      for (const name of ["Set Password", "Replace Password"]) {
        await button(name).click();
        assert.equal(await input.getAttribute("autocomplete"), "new-password");
        await page.keyboard.type(SECRET);
        await page.keyboard.press("Enter");
        await button("Replace Password").waitFor();
        await page.getByText("Set for localhost, 2026-10-03").waitFor();
        assert.equal((await everywhere()).includes(SECRET), false);
      }
      const path = "/api/v1/credentials/obs.websocket.password";
      const put = { method: "PUT", path, ifMatch: null, body: { value: SECRET } };
      assert.deepEqual(api.asked, [put, put]);

      await page.reload();
      await button("Replace Password").click();
      await page.keyboard.type("typed and not sent");
      await button("Live").click();
      await says(page, "A secret is typed, but not sent yet.");
      await button("Stay here").click();
      await input.press("Escape");
      assert.equal(await input.count(), 0);

      await button("Remove Password").click();
      await button("Keep").click();
      assert.equal(api.asked.length, 2);
      await button("Remove Password").click();
      await button("Remove").click();
      await button("Set Password").waitFor();
      assert.equal(api.asked[2]?.method, "DELETE");
      assert.equal(
        await button("Set Password").evaluate((it) => it === document.activeElement),
        true,
      );
    });
  },
);

counterpartTest("takes a secret of several lines, and shows none of it", [CHROMIUM], async () => {
  await onSettings(async ({ page, api, button }) => {
    await page.getByText("Grafana", { exact: true }).click();
    await button("Set Headers").click();
    await page.keyboard.type(`X-Scope-OrgID: team\nX-Key: ${SECRET}`);
    const masked = page.getByLabel("New headers");
    assert.equal(
      await masked.evaluate((it) => getComputedStyle(it).getPropertyValue("-webkit-text-security")),
      "disc",
    );
    await button("Store").click();
    await button("Replace Headers").waitFor();
    assert.deepEqual(api.asked, [{
      method: "PUT",
      path: "/api/v1/credentials/grafana.api_headers",
      ifMatch: null,
      body: { value: `X-Scope-OrgID: team\nX-Key: ${SECRET}` },
    }]);
  });
});

counterpartTest("everything can be done with the keyboard alone", [CHROMIUM], async () => {
  await onSettings(async ({ page, api }) => {
    const focused = (): Promise<string> =>
      page.evaluate(`document.activeElement.id || document.activeElement.innerText`);
    const tabTo = async (what: string): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        if (await focused() === what) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`Tab does not lead to ${what}, but to ${await focused()}`);
    };
    await page.evaluate("document.activeElement.blur()");
    await tabTo("setting-obs.port");
    await page.keyboard.type("4455");
    await page.keyboard.press("Enter");
    await says(page, "Saved.");
    await tabTo("Test OBS");
    await page.keyboard.press("Enter");
    await says(page, "OBS 30.2.3 answers at localhost:4455.");
    await tabTo("Alerts");
    await page.keyboard.press("Enter");
    await tabTo("setting-alerts.enabled");
    await page.keyboard.press("Space");
    await tabTo("Save");
    await page.keyboard.press("Enter");
    await says(page, "Saved.");
    assert.equal(api.document.alerts.enabled, false);
    await tabTo("Live");
    await page.keyboard.press("Enter");
    await page.locator("#outputs").waitFor();
    assert.equal(await page.locator("[aria-current=page]").innerText(), "Live");
  });
});

counterpartTest("shows what a test found, and a failing one", [CHROMIUM], async () => {
  await onSettings(async ({ page, api, button }) => {
    await page.getByText("Grafana", { exact: true }).click();
    api.testResult = { ok: false, message: "The backend refuses the token (401)." };
    await button("Test metrics backend").click();
    await says(page, "The backend refuses the token (401).");
    assert.deepEqual(api.asked.map(({ method, path }) => `${method} ${path}`), [
      "POST /api/v1/tests/metrics",
    ]);
  });
});

counterpartTest("shows how the export fares while its section is open", [CHROMIUM], async () => {
  await onSettings(async ({ page, api }) => {
    await page.getByText("Grafana", { exact: true }).click();
    const status = page.getByRole("group", { name: "Export" });
    await status.getByText("Nothing is exported").waitFor();
    api.exportState = {
      ...api.exportState,
      ...{ state: "paused", host: "otlp.example", last_accepted: Date.now() - 60_000 },
      ...{ backlog_rows: 1204, refused: 3, too_old: 4 },
      last_error: "otlp.example refused the token (401). Set it again.",
    };
    await status.getByText("The export stands still.").waitFor();
    await status.getByText("refused the token (401)").waitFor();
    assert.match(
      (await status.innerText()).replaceAll(/\s+/g, " "),
      /Last accepted 1 min ago Waiting, rows 1,204 Refused 7 Rows too old to send 0/,
    );
    await takePicture(page, "dock-settings-export-320");
  });
});

counterpartTest("begins a platform; a sidecar that is gone loses no edit", [CHROMIUM], async () => {
  await onSettings(async ({ page, api, ticker, field, button }) => {
    await page.getByText("Platforms", { exact: true }).click();
    const name = page.getByLabel("Another platform");
    await name.fill("My Studio");
    await name.press("Enter");
    await says(page, /must be 1 to 64 of the characters/);
    await name.fill("my-studio");
    await button("Add").click();
    await says(page, "1 change");
    ticker.pause();
    await field("obs.port").fill("4455");
    await ticker.api.server.close();
    await says(page, "The sidecar is away. Your changes are kept here.");
    assert.equal(await button("Save").isDisabled(), true);
    assert.equal(await field("obs.port").inputValue(), "4455");
    assert.equal(api.asked.length, 0);
  });
});

counterpartTest("axe finds nothing serious on any page, dark and light", [CHROMIUM], async (t) => {
  await onSettings(async (world) => {
    const { page, api, field, button } = world;
    api.credentials = [{
      id: "obs.websocket.password",
      host: "gaming-pc.local",
      usable: false,
      created_at: Date.now(),
      last_used: null,
    }];
    for (const title of ["Platforms", "Alerts", "Thresholds", "Grafana", "Measuring and history"]) {
      await page.locator("summary").getByText(title, { exact: true }).click();
    }
    await page.locator("summary").getByText("Twitch", { exact: true }).click();
    await field("obs.port").fill("99999");
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.evaluate(axe.source);
    const check = async (): Promise<string[]> =>
      await page.evaluate(`axe.run().then(({ violations }) =>
        violations.filter(({ impact }) => impact === "serious" || impact === "critical")
          .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
            id + " " + target.join(" ") + " " + failureSummary)))`);
    for (const theme of ["dark", "light"] as const) {
      announce(world, theme);
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      await t.step(`Settings, ${theme}`, async () => assert.deepEqual(await check(), []));
    }
    await button("Discard").click();
    for (const title of ["Live", "Pre-flight", "Sessions"]) {
      await button(title).click();
      for (const theme of ["dark", "light"] as const) {
        announce(world, theme);
        await page.locator(`html[data-theme="${theme}"]`).waitFor();
        await t.step(`${title}, ${theme}`, async () => assert.deepEqual(await check(), []));
      }
    }
  });
});
