/** The real dock, built once, behind a real API with scripted snapshots. */
import type { Page } from "playwright-core";
import { dockUrl } from "../../shared/api.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { createDockFiles, type DockFiles } from "../../sidecar/api/dock_files.ts";
import { buildDock } from "../../dock/build.ts";
import { type ApiFixture, startApi } from "../api/api_fixture.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { eveningHistory } from "./example_evening.ts";

const PICTURES = new URL("../artifacts/", import.meta.url);

/** The built dock. */
export interface BuiltDock extends AsyncDisposable {
  files: DockFiles;
}

/** Builds the dock into a folder that is removed afterwards. */
export async function builtDock(): Promise<BuiltDock> {
  const folder = await Deno.makeTempDir();
  await buildDock({ outDir: folder });
  return {
    files: createDockFiles({ base: new URL(`file://${folder}/`) }),
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A sidecar that sends a snapshot every 100 ms, as one that runs does. */
export interface Ticker extends AsyncDisposable {
  api: ApiFixture;
  url: string;
  /** Changes what is sent from now on. */
  show(changes: Partial<Telemetry>): void;
  /** Sends nothing more until `show` is called again. */
  pause(): void;
}

/** Starts a ticking sidecar; `port` 0 takes a free one. */
export async function startTicker(
  { files, port = 0, token }: { files: DockFiles; port?: number; token?: ApiFixture["token"] },
): Promise<Ticker> {
  const api = await startApi({ dockFiles: files, port, ...(token === undefined ? {} : { token }) });
  let changes: Partial<Telemetry> = {};
  let isPaused = false;
  let sequence = 1;
  const tick = (): void => {
    if (isPaused) return;
    const now = Date.now();
    sequence++;
    api.show(
      exampleTelemetry({
        timestamp: Math.floor(now / 1000),
        written_at_ms: now,
        sequence,
        ...changes,
      }),
    );
  };
  tick();
  const timer = setInterval(tick, 100);
  return {
    api,
    url: dockUrl(api.port, api.token.value()),
    show(next) {
      isPaused = false;
      changes = next;
      tick();
    },
    pause() {
      isPaused = true;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await api[Symbol.asyncDispose]();
    },
  };
}

/** Answers the page's questions for history and settings as a sidecar with this evening would. */
export async function answerEvening(page: Page, endMs: number): Promise<void> {
  await page.route("**/api/v1/history?*", (route) => {
    const metric = new URL(route.request().url()).searchParams.get("metric") ?? "";
    return route.fulfill({ json: eveningHistory(metric, endMs) });
  });
  await page.route("**/api/v1/config", (route) => route.fulfill({ json: defaultConfig() }));
}

/** Takes a picture of the whole page into tests/artifacts. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await Deno.mkdir(PICTURES, { recursive: true });
  await page.evaluate("scrollTo({ top: 0, behavior: 'instant' })");
  const bytes = await page.screenshot({ fullPage: true, animations: "disabled" });
  await Deno.writeFile(new URL(`${name}.png`, PICTURES), bytes);
}
