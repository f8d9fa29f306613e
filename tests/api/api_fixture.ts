/** A running API with a scripted snapshot, for tests. */
import { type Config, defaultConfig } from "../../shared/config.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { type AppOptions } from "../../sidecar/api/app.ts";
import { createDockFiles } from "../../sidecar/api/dock_files.ts";
import { type ApiServer, serveApi, type ServeOptions } from "../../sidecar/api/server.ts";
import { type ApiToken, openToken } from "../../sidecar/api/token.ts";
import type { Settings } from "../../sidecar/config/settings_file.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { createLiveStream, type LiveStream } from "../../sidecar/sinks/live.ts";
import { createRecentHistory } from "../../sidecar/sinks/recent.ts";
import type { Snapshot } from "../../sidecar/sinks/sink.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { exampleTelemetry } from "./example_telemetry.ts";

/** The API and everything a test moves it with. */
export interface ApiFixture extends AsyncDisposable {
  server: ApiServer;
  port: number;
  origin: string;
  token: ApiToken;
  tokenPath: string;
  live: LiveStream;
  /** Makes `telemetry` the latest snapshot and sends it to the streams. */
  show(telemetry: Telemetry): void;
  /** Asks with the token. */
  get(path: string, init?: RequestInit): Promise<Response>;
}

/** A snapshot with its JSON. */
export function snapshotOf(telemetry: Telemetry): Snapshot {
  return { telemetry, json: new TextEncoder().encode(JSON.stringify(telemetry)) };
}

const DOCK_FILE_TEXTS = new Map([
  ["index.html", "<!doctype html><title>Dock</title>"],
  ["main.js", "export {};"],
  ["styles.css", "body {}"],
]);

/** Dock files that need no build. */
const fakeDockFiles: AppOptions["dockFiles"] = createDockFiles({
  base: new URL("file:///dock/"),
  readFile(url) {
    const text = DOCK_FILE_TEXTS.get(url.pathname.split("/").pop() ?? "");
    if (text === undefined) return Promise.reject(new Deno.errors.NotFound(url.href));
    return Promise.resolve(new TextEncoder().encode(text));
  },
});

/** Settings that stay as they are. */
export function fixedSettings(config: Config = defaultConfig()): Settings {
  return {
    config,
    version: "first",
    save: () => Promise.reject(new Error("These settings cannot be saved")),
  };
}

const NO_VAULT: AppOptions["vault"] = {
  find: () => Promise.resolve(null),
  open: () => Promise.reject(new Error("There is no vault")),
};

const NO_PREFLIGHT: AppOptions["preflight"] = {
  start: () => Promise.resolve({ kind: "refused", problem: "There are no checks." }),
  latest: () => Promise.resolve(null),
  runs: () => Promise.resolve([]),
  stop: () => Promise.resolve(false),
};

const NO_EXPORT: ReturnType<AppOptions["exportState"]> = {
  state: "off",
  host: null,
  last_accepted: null,
  backlog_rows: 0,
  oldest_waiting: null,
  accepted: 0,
  refused: 0,
  too_old: 0,
  expired_rows: 0,
  last_error: null,
};

const NO_SESSIONS: AppOptions["sessions"] = {
  source: { read: () => null },
  list: () => ({ sessions: [], next_before: null }),
  find: () => null,
  detail: () => Promise.resolve(null),
  setNotes: () => null,
  delete: () => "unknown",
};

/** Starts the API at a free port with a token of its own. */
export async function startApi(options: Partial<ServeOptions> = {}): Promise<ApiFixture> {
  const folder = await Deno.makeTempDir();
  const tokenPath = `${folder}/api-token`;
  const token = options.token ?? await openToken(tokenPath);
  const live = options.live ?? createLiveStream();
  let latest: Snapshot | null = snapshotOf(exampleTelemetry());
  live.write(latest);
  const server = serveApi({
    port: 0,
    token,
    live,
    latest: () => latest,
    settings: fixedSettings(),
    vault: NO_VAULT,
    history: createRecentHistory({ clock: systemClock }),
    exportState: () => NO_EXPORT,
    sessions: NO_SESSIONS,
    alerts: { list: () => [] },
    tests: {
      obs: () => Promise.resolve({ ok: true, message: "OBS answers." }),
      metrics: () => Promise.resolve({ ok: false, message: "Nothing is set up." }),
      notify: () => Promise.resolve({ ok: false, message: "Nothing is set up." }),
    },
    preflight: NO_PREFLIGHT,
    scrapeFormat: () => Promise.resolve({ type: "text/plain", text: () => "obs_fps 60\n" }),
    dockFiles: fakeDockFiles,
    heartbeat: createHeartbeat({ log: silentLog }),
    clock: systemClock,
    log: silentLog,
    ...options,
  });
  const { port } = server.state();
  const origin = `http://127.0.0.1:${port}`;
  return {
    server,
    port,
    origin,
    token,
    tokenPath,
    live,
    show(telemetry) {
      latest = snapshotOf(telemetry);
      live.write(latest);
    },
    get(path, init = {}) {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token.value()}`);
      return fetch(`${origin}${path}`, { ...init, headers });
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Waits until `condition` holds, asking often; gives up after five seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 5000;
  while (!await condition()) {
    if (performance.now() > end) throw new Error("Waited 5 s in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
