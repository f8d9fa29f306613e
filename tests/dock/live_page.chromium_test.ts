/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { Telemetry } from "../../shared/telemetry.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { until } from "../api/api_fixture.ts";
import { CHROMIUM, counterpartTest } from "../counterparts.ts";
import { launchChromium } from "../peers/chromium.ts";
import { type BuiltDock, builtDock, startTicker, takePicture } from "./dock_fixture.ts";

/** Runs `fn` with the built dock and a fresh page; fails if the page met an error of its own. */
async function withPage(
  fn: (world: { dock: BuiltDock; browser: Browser; page: Page }) => Promise<void>,
): Promise<void> {
  await using dock = await builtDock();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 320, height: 600 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
    });
    await fn({ dock, browser, page });
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

function waitFor(page: Page, text: string | RegExp): Promise<void> {
  return page.getByText(text, typeof text === "string" ? { exact: true } : {}).first().waitFor();
}

/** A snapshot's health with these warnings. */
function warnings(...messages: string[]): Pick<Telemetry, "health"> {
  const { health } = exampleTelemetry();
  const alerts = messages.map((message, index) => ({
    id: `rule${index}`,
    severity: "warning" as const,
    message,
    metric: null,
    value: null,
    since: null,
  }));
  return { health: { ...health, overall: "warning", alerts } };
}

counterpartTest("shows figures that move, and hides the token", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    await page.goto(ticker.url);
    await waitFor(page, "HEALTHY");
    assert.equal(page.url(), `${ticker.api.origin}/`);
    const { obs } = exampleTelemetry();
    for (const bitrate of [4321, 5432]) {
      ticker.show({ obs: { ...obs, outputs: [exampleOutput({ bitrate_kbps: bitrate })] } });
      await waitFor(page, `${(bitrate / 1000).toFixed(1)} / 6.0`);
    }
    await page.reload();
    await waitFor(page, "HEALTHY");
  });
});

counterpartTest("comes back by itself when the sidecar does", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    const first = await startTicker(dock);
    const { port, token } = first.api;
    await page.goto(first.url);
    await waitFor(page, "HEALTHY");
    await first[Symbol.asyncDispose]();
    await waitFor(page, /^OBS Telemetry Bridge is not running/);
    await takePicture(page, "dock-down-320");
    await using _second = await startTicker({ files: dock.files, port, token });
    await waitFor(page, "HEALTHY");
  });
});

counterpartTest("says STALE while the sidecar is silent, then goes on", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    await page.goto(ticker.url);
    await waitFor(page, "HEALTHY");
    ticker.pause();
    await waitFor(page, "STALE");
    await takePicture(page, "dock-stale-320");
    ticker.show({});
    await waitFor(page, "HEALTHY");
  });
});

counterpartTest(
  "says how to get the URL, without a token and with an old one",
  [CHROMIUM],
  async () => {
    await withPage(async ({ dock, page }) => {
      await using ticker = await startTicker(dock);
      await page.goto(ticker.api.origin);
      await waitFor(page, "This dock needs its own URL");
      await waitFor(page, /deno task dock/);
      await takePicture(page, "dock-no-token-320");
      await page.goto(`${ticker.api.origin}/#token=${"A".repeat(43)}`);
      await waitFor(page, "The access token has changed");
      await takePicture(page, "dock-old-token-320");
      await page.goto(ticker.url);
      await waitFor(page, "HEALTHY");
      await ticker.api.token.rotate();
      await waitFor(page, "The access token has changed");
    });
  },
);

counterpartTest("loads itself again for a sidecar of another build, once", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    await page.goto(ticker.url);
    await waitFor(page, "HEALTHY");
    let loads = 0;
    page.on("load", () => loads++);
    const greet = (): void =>
      ticker.api.live.publish("config", {
        build: "newer",
        tick_ms: 500,
        theme: "dark",
        version: "",
      });
    greet();
    await until(() => loads === 1);
    await waitFor(page, "HEALTHY");
    greet();
    await waitFor(page, "RELOAD");
    assert.equal(loads, 1);
  });
});

counterpartTest(
  "goes to the other alerts without loading again, which a new token alone does",
  [CHROMIUM],
  async () => {
    await withPage(async ({ dock, page }) => {
      await using ticker = await startTicker(dock);
      ticker.show(warnings("The first.", "The second."));
      await page.goto(ticker.url);
      let loads = 0;
      page.on("load", () => loads++);
      await page.getByRole("button", { name: "+1 more" }).click();
      await until(() => page.evaluate("scrollY > 0"));
      await page.evaluate("location.hash = 'elsewhere'");
      await waitFor(page, "WARNING");
      assert.equal(await page.evaluate("location.hash"), "#elsewhere");
      assert.equal(loads, 0);
      await page.goto(ticker.url);
      await until(() => loads === 1);
      await waitFor(page, "WARNING");
    });
  },
);

counterpartTest("tells no figure of the verdict's strip as it moves", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    ticker.show(warnings("Twitch drops 12 %."));
    await page.goto(ticker.url);
    await page.getByRole("button", { name: "Sessions" }).click();
    const said = page.locator(".strip [role=status]");
    assert.match(await said.innerText(), /12 %/);
    ticker.show(warnings("Twitch drops 13 %."));
    await page.locator(".strip-sentence").getByText("13 %").waitFor();
    assert.match(await said.innerText(), /12 %/);
  });
});

counterpartTest("cuts no remedy in a dock of any usual width", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    ticker.show(warnings(
      "Network: YouTube (vertical) is reconnecting. Check the internet connection and the " +
        "platform's status page, then wait.",
    ));
    await page.goto(ticker.url);
    await waitFor(page, "WARNING");
    for (const width of [320, 459, 460, 499, 500]) {
      await page.setViewportSize({ width, height: 600 });
      const [needs, has] = await page.locator(".verdict-sentence").evaluate((box: Element) => [
        box.scrollHeight,
        box.clientHeight,
      ]);
      assert.equal(needs, has, `${width} px`);
    }
  });
});

counterpartTest("a page begins at its top and has the focus", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    await page.goto(ticker.url);
    await waitFor(page, "HEALTHY");
    assert.equal(await page.evaluate("document.activeElement.tagName"), "BODY");
    await page.evaluate("scrollTo({ top: 400, behavior: 'instant' })");
    await page.getByRole("button", { name: "Pre-flight" }).click();
    await until(() => page.evaluate("document.activeElement.className.startsWith('preflight')"));
    assert.equal(await page.evaluate("scrollY"), 0);
    assert.equal(await page.evaluate("document.activeElement.tagName"), "MAIN");
  });
});

counterpartTest("shows hostile names as text and keeps its width", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    await page.setViewportSize({ width: 280, height: 600 });
    const names = [
      "<img src=x onerror=alert(1)>",
      "</script><script>document.body.remove()</script>",
      "\u202eevil \u2066name",
      `Z${"\u0335\u0489".repeat(60)}algo`,
      "W".repeat(1_000_000),
    ];
    const { obs, health } = exampleTelemetry();
    const [markup = ""] = names;
    ticker.show({
      obs: {
        ...obs,
        scene: names[1] ?? null,
        outputs: names.map((name, index) => exampleOutput({ id: `output ${index} ${name}`, name })),
      },
      health: {
        ...health,
        overall: "warning",
        alerts: [{
          id: markup,
          severity: "warning",
          message: `${markup}${"M".repeat(300)}`,
          metric: null,
          value: null,
          since: null,
        }],
      },
    });
    await page.goto(ticker.url);
    await waitFor(page, "WARNING");
    assert.deepEqual(await page.locator("#outputs .name").allTextContents(), names);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("body script").count(), 0);
    assert.equal(
      await page.evaluate("document.documentElement.scrollWidth > innerWidth"),
      false,
    );
    const heights = await page.locator("#outputs .row").evaluateAll((rows: Element[]) =>
      rows.map((row) => Math.round(row.getBoundingClientRect().height))
    );
    assert.equal(new Set(heights.slice(1)).size, 1, `rows differ in height: ${heights}`);
    await takePicture(page, "dock-hostile-280");
  });
});

counterpartTest("opens through OBS's Retry link, a link in a data: page", [CHROMIUM], async () => {
  await withPage(async ({ dock, page }) => {
    await using ticker = await startTicker(dock);
    const sites: string[] = [];
    page.on("request", (request) => {
      if (request.url() === `${ticker.api.origin}/`) {
        request.allHeaders().then((headers) => sites.push(headers["sec-fetch-site"] ?? ""));
      }
    });
    const link = `<a href="${ticker.url}">Retry</a>`;
    await page.goto(`data:text/html,${encodeURIComponent(link)}`);
    await page.getByText("Retry").click();
    await waitFor(page, "HEALTHY");
    await until(() => sites.length > 0);
    assert.equal(sites[0], "cross-site");
  });
});

counterpartTest(
  "another page can neither frame the dock nor read the API",
  [CHROMIUM],
  async () => {
    await using dock = await builtDock();
    await using ticker = await startTicker(dock);
    const { origin, token } = ticker.api;
    await using evil = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () =>
        new Response(`<h1>Other</h1><iframe src="${ticker.url}"></iframe>`, {
          headers: { "content-type": "text/html" },
        }),
    );
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      // Another port of the same host is another origin on the same site; a name is another site.
      for (const host of ["127.0.0.1", "evil.localhost"]) {
        await page.goto(`http://${host}:${evil.addr.port}/`, { waitUntil: "load" });
        const read = await page.evaluate(async ([origin, token]) => {
          const ask = (path: string, init: RequestInit) =>
            fetch(`${origin}${path}`, init).then((answer) => answer.type, () => "blocked");
          return [
            await ask("/api/v1/telemetry", { headers: { authorization: `Bearer ${token}` } }),
            await ask("/api/v1/events", { mode: "no-cors" }),
            await ask("/main.js", { mode: "no-cors" }),
            await ask("/healthz", {}),
          ];
        }, [origin, token.value()]);
        assert.deepEqual(read, ["blocked", "blocked", "blocked", "blocked"]);
        assert.equal(await page.frameLocator("iframe").locator("#dock").count(), 0);
      }
    } finally {
      await browser.close();
    }
  },
);
