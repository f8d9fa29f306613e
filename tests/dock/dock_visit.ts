/// <reference lib="dom" />
/** A browser that looks at the dock of a running sidecar and writes down what crosses the network. */
import assert from "node:assert/strict";
import type { Browser, Locator, Page } from "playwright-core";
import { dockUrl } from "../../shared/dock_url.ts";
import { launchChromium } from "../peers/chromium.ts";
import type { SidecarPeer } from "../peers/sidecar.ts";

/** An open dock. Disposing of it closes the browser; it fails if the page met an error. */
export interface DockVisit extends AsyncDisposable {
  browser: Browser;
  page: Page;
  /** Every request with a body: method, path and body. */
  sent: { what: string; body: string }[];
  /** Headers and text of every answer that has an end, by its path. */
  received(): Promise<Map<string, string>>;
  button(name: string): Locator;
  /** The control of a setting. */
  field(key: string): Locator;
  /** Waits for the verdict's word. */
  verdict(word: string): Promise<void>;
}

/** Opens the dock of a sidecar. */
export async function visitDock(
  { port, token }: Pick<SidecarPeer, "port" | "token">,
  viewport = { width: 460, height: 800 },
): Promise<DockVisit> {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport });
  const errors: string[] = [];
  const sent: DockVisit["sent"] = [];
  const answers: Promise<[string, string]>[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  page.on("request", (request) => {
    const body = request.postData();
    const what = `${request.method()} ${new URL(request.url()).pathname}`;
    if (body !== null) sent.push({ what, body });
  });
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.endsWith("/events")) return;
    const text = response.text().catch(() => "");
    answers.push(text.then((text) => [pathname, JSON.stringify(response.headers()) + text]));
  });
  await page.goto(dockUrl(port, token()));
  return {
    browser,
    page,
    sent,
    async received() {
      const texts = new Map<string, string>();
      for (const [path, text] of await Promise.all(answers)) {
        texts.set(path, (texts.get(path) ?? "") + text);
      }
      return texts;
    },
    button: (name) => page.getByRole("button", { name, exact: true }),
    field: (key) => page.locator(`[id="setting-${key}"]`),
    verdict: (word) => page.locator(".verdict-word").getByText(word, { exact: true }).waitFor(),
    async [Symbol.asyncDispose]() {
      await browser.close();
      assert.deepEqual(errors, []);
    },
  };
}

/** Buckets of two seconds that the first output's spark shows. */
export async function sparkPoints(page: Page): Promise<number> {
  const path = await page.locator("#outputs svg path").first().getAttribute("d");
  return path?.match(/[ML]/g)?.length ?? 0;
}
