/// <reference lib="dom" />
/** The dock in a browser, served and fed by the built sidecar beside a simulated OBS. */
import axe from "axe-core";
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { API_PATHS } from "../../shared/api_paths.ts";
import { dockUrl } from "../../shared/dock_url.ts";
import { createFiveOutputs } from "../../sidecar/demo/five_outputs.ts";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { type SidecarPeer, startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import { formsIn, formsInFiles, newCanary, placesInProcesses } from "../vault/canary.ts";
import { takePicture } from "./dock_fixture.ts";
import { type DockVisit, sparkPoints, visitDock } from "./dock_visit.ts";

const WIDTHS = [280, 320, 460, 1280];
const PAGES = ["Live", "Pre-flight", "Sessions", "Settings"];

interface World {
  obs: SimulatedObs;
  dataDir: string;
  /** Starts the sidecar, or another one after it, in the same folder. */
  start(options?: { port?: number }): Promise<SidecarPeer>;
}

/** Runs `fn` beside an OBS with five streams and a recording. */
async function withWorld(
  fn: (world: World) => Promise<void>,
  { password = null, settings = "" }: { password?: string | null; settings?: string } = {},
): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "whole-dock-" });
  const dataDir = `${home}/data`;
  await Deno.mkdir(dataDir);
  const obs = await startSimulatedObs({ password });
  obs.state.service.settings["server"] = `rtmp://127.0.0.1:${obs.port}/app`;
  const outputs = createFiveOutputs({ obs, clock: systemClock });
  const config = `[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n${settings}`;
  await Deno.writeTextFile(`${dataDir}/config.toml`, config);
  try {
    await fn({ obs, dataDir, start: (options) => startSidecarPeer({ home, dataDir, ...options }) });
  } finally {
    outputs.stop();
    await obs.close();
    await Deno.remove(home, { recursive: true });
  }
}

/** Changes settings as another program with the token would. */
async function change({ port, token }: SidecarPeer, changes: unknown): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${API_PATHS.config}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token()}`, "content-type": "application/json" },
    body: JSON.stringify(changes),
  });
  assert.ok(answer.ok, await answer.text());
}

/** The text of an event stream up to its first snapshot. */
async function firstEvents({ port, token }: SidecarPeer): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${API_PATHS.events}`, {
    headers: { authorization: `Bearer ${token()}` },
  });
  let text = "";
  for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (/event: telemetry\nid: .*\ndata: .*\n\n/.test(text)) break;
  }
  return text;
}

counterpartTest(
  "a password that is typed into the page connects OBS and shows nowhere",
  [CHROMIUM],
  async () => {
    const password = newCanary();
    await withWorld(async ({ dataDir, start }) => {
      await using sidecar = await start();
      await using visit = await visitDock(sidecar);
      const { page, button } = visit;
      await visit.verdict("NO OBS");
      await button("Settings").click();
      await button("Set Password").click();
      await page.getByLabel("New password").fill(password);
      await button("Store").click();
      await page.getByText(/^Set for localhost/).waitFor();
      await button("Live").click();
      await visit.verdict("HEALTHY");
      assert.equal(await page.locator("#outputs .row").count(), 5);
      await button("Settings").click();
      await button("Test OBS").click();
      await page.locator(".test").getByText(/OBS/).last().waitFor();
      await page.reload();
      await button("Replace Password").waitFor();

      const shown = await page.evaluate(() => [
        document.documentElement.outerHTML,
        ...[...document.querySelectorAll("input")].map(({ value }) => value),
        JSON.stringify({ ...localStorage, ...sessionStorage }),
        location.href,
        document.cookie,
      ]);
      const places = new Map(await visit.received());
      for (const path of [API_PATHS.config, API_PATHS.credentials]) assert.ok(places.has(path));
      places.set("the page", shown.join("\n"));
      places.set("the events", await firstEvents(sidecar));
      places.set("what it printed", sidecar.process.output());
      const carriers = visit.sent.filter(({ body }) => formsIn(body, password).length > 0);
      assert.deepEqual(carriers, [{
        what: `PUT ${API_PATHS.credentials}/obs.websocket.password`,
        body: JSON.stringify({ value: password }),
      }]);
      for (const [place, text] of places) assert.deepEqual(formsIn(text, password), [], place);
      assert.deepEqual(await formsInFiles(dataDir, password), []);
      if (Deno.build.os === "linux") assert.deepEqual(await placesInProcesses(password), []);
    }, { password });
  },
);

counterpartTest("figures move, and the charts go on after a reload", [CHROMIUM], async () => {
  await withWorld(async ({ obs, start }) => {
    await using sidecar = await start();
    await using visit = await visitDock(sidecar);
    const { page } = visit;
    await visit.verdict("HEALTHY");
    const clock = page.locator(".verdict .clock");
    const first = await clock.innerText();
    await until(async () => await clock.innerText() !== first, { what: "the clock moves" });
    obs.setScene("Ending");
    await page.locator(".verdict-scene").getByText("Ending").waitFor();
    await until(async () => await sparkPoints(page) >= 6, { what: "there are 6 points" });
    await page.reload();
    // The page alone would have two points by then.
    await until(async () => await sparkPoints(page) >= 6, {
      what: "they are back",
      withinMs: 3000,
    });
    const summary = await page.locator(".plot").first().getAttribute("aria-label");
    assert.match(summary ?? "", /\d/);
  });
});

counterpartTest(
  "a sidecar that was stopped and started again comes back by itself",
  [CHROMIUM],
  async () => {
    await withWorld(async ({ start }) => {
      const first = await start();
      await using visit = await visitDock(first);
      await visit.verdict("HEALTHY");
      await first.process.stop();
      await visit.verdict("NO SIDECAR");
      await takePicture(visit.page, "whole-stopped-460");
      await using _second = await start({ port: first.port });
      await visit.verdict("HEALTHY");
    });
  },
);

counterpartTest(
  "settings go into config.toml and come from it, with the user's comments kept",
  [CHROMIUM],
  async () => {
    const comments =
      "# mine: do not touch\n[engine] # half a second\nbridge_update_rate = 500 # fast\n";
    await withWorld(async ({ dataDir, start }) => {
      await using sidecar = await start();
      await using visit = await visitDock(sidecar);
      const { page, button, field } = visit;
      const path = `${dataDir}/config.toml`;
      const before = await Deno.readTextFile(path);
      await visit.verdict("HEALTHY");
      await button("Settings").click();
      for (const title of ["Look and sound", "Measuring and history"]) {
        await page.locator("summary").getByText(title, { exact: true }).click();
      }
      await field("engine.bridge_update_rate").fill("250");
      await field("dock.theme").selectOption("light");
      await button("Save").click();
      await page.locator(".save-bar").getByText("Saved.").waitFor();
      await page.locator('html[data-theme="light"]').waitFor();
      const after = await Deno.readTextFile(path);
      const changed = before.replace("bridge_update_rate = 500", "bridge_update_rate = 250");
      assert.ok(after.startsWith(changed.trimEnd()), after);
      assert.match(after.slice(changed.trimEnd().length), /^\s*\[dock\]\s+theme = "light"\s*$/);
      await Deno.writeTextFile(path, after.replace("= 250", "= 200").replace('"light"', '"dark"'));
      await page.locator('html[data-theme="dark"]').waitFor();
      await until(async () => await field("engine.bridge_update_rate").inputValue() === "200", {
        what: "the page shows what the editor wrote",
      });
    }, { settings: comments });
  },
);

counterpartTest("opens through OBS's Retry link, and strips the token", [CHROMIUM], async () => {
  await withWorld(async ({ start }) => {
    await using sidecar = await start();
    await using visit = await visitDock(sidecar);
    const origin = `http://127.0.0.1:${sidecar.port}/`;
    await visit.verdict("HEALTHY");
    assert.equal(visit.page.url(), origin);
    const page = await visit.browser.newPage();
    const opened = page.waitForRequest((request) => request.url().startsWith(origin));
    const link = `<a href="${dockUrl(sidecar.port, sidecar.token())}">Retry</a>`;
    await page.goto(`data:text/html,${encodeURIComponent(link)}`);
    await page.getByText("Retry").click();
    const headers = await (await opened).allHeaders();
    assert.equal(headers["sec-fetch-site"], "cross-site");
    assert.equal(headers["sec-fetch-mode"], "navigate");
    await page.getByText("HEALTHY", { exact: true }).waitFor();
    assert.equal(page.url(), origin);
  });
});

/** Lets the network lose a frame of an output in every half second, which is a warning. */
function loseFrames(output: { droppedFrames: number }): Disposable {
  const timer = setInterval(() => output.droppedFrames++, 500);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What axe finds on the page that is serious or worse. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(`axe.run().then(({ violations }) =>
    violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        id + " " + target.join(" ") + " " + failureSummary)))`);
}

async function openEveryFold({ page }: DockVisit): Promise<void> {
  for (const title of ["Platforms", "Look and sound", "Alerts", "Thresholds"]) {
    await page.locator("summary").getByText(title, { exact: true }).click();
  }
}

counterpartTest("every page looks right at every width in both looks", [CHROMIUM], async (t) => {
  await withWorld(async ({ obs, start }) => {
    await using sidecar = await start();
    await using visit = await visitDock(sidecar);
    const { page, button } = visit;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await visit.verdict("HEALTHY");
    const slow = obs.state.outputs.find(({ name }) => name.endsWith("Kick"));
    assert.ok(slow);
    using _trouble = loseFrames(slow);
    await visit.verdict("WARNING");
    await button("Settings").click();
    await openEveryFold(visit);
    for (const theme of ["dark", "light"] as const) {
      await change(sidecar, { dock: { theme } });
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      for (const name of PAGES) {
        await button(name).click();
        await t.step(`${name}, ${theme}`, async () => {
          assert.deepEqual(await seriousFindings(page), []);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: width < 500 ? 700 : 900 });
            const isWide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
            assert.equal(isWide, false, `${width} px`);
            await takePicture(page, `whole-${name.toLowerCase()}-${theme}-${width}`);
          }
        });
      }
    }
  });
});
