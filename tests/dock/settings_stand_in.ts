/**
 * Stands in for the routes of settings, secrets and tests, so that a page can be shown every answer
 * of theirs. It holds what it is given and says what it was asked; the API's own tests are for the
 * rest.
 */
import type { Page, Route } from "playwright-core";
import type {
  ConfigDocument,
  Credential,
  Problem,
  SettingProblem,
  TestResult,
} from "../../shared/api.ts";
import type { ExportState } from "../../shared/export_state.ts";
import { type ConfigChanges, defaultConfig } from "../../shared/config.ts";
import { takeSettings } from "../../sidecar/config/take_settings.ts";

/** A request that changed something, or tried to. */
export interface Asked {
  method: string;
  path: string;
  ifMatch: string | null;
  body: unknown;
}

/** The routes' state, for tests to look at and to change. */
export interface SettingsStandIn {
  document: ConfigDocument;
  version: string;
  credentials: Credential[];
  readonly asked: Asked[];
  /** Refuses the next save of the settings with these problems. */
  refuseNext(problems: SettingProblem[]): void;
  /** What the next tests of a connection say. */
  testResult: TestResult;
  /** How the export fares. */
  exportState: ExportState;
  /** Changes the settings as an editor of config.toml would. */
  changeOutside(changes: ConfigChanges): void;
}

/** The settings that a fresh sidecar has. */
export function freshDocument(): ConfigDocument {
  const config = defaultConfig();
  const unset = { set: false };
  return {
    ...config,
    obs: { ...config.obs, password: unset },
    grafana: { ...config.grafana, api_url: unset, api_token: unset, api_headers: unset },
    notify: { ...config.notify, webhook_url: unset },
    platforms: Object.fromEntries(
      Object.entries(config.platforms).map(([name, it]) => [name, { ...it, stream_key: unset }]),
    ),
  };
}

/** The state of an export that is not set up. */
export function offState(): ExportState {
  return {
    ...{ state: "off", host: null, last_accepted: null, last_error: null },
    ...{ backlog_rows: 0, oldest_waiting: null },
    ...{ accepted: 0, refused: 0, too_old: 0, expired_rows: 0 },
  };
}

/** Puts the stand-in before the API that `page` asks. */
export async function standInForSettings(page: Page): Promise<SettingsStandIn> {
  let refused: SettingProblem[] | null = null;
  let count = 1;
  const asked: Asked[] = [];
  const take = (changes: ConfigChanges): void => {
    takeSettings(state.document, changes);
    for (const platform of Object.values(state.document.platforms)) {
      platform.stream_key ??= { set: false };
    }
    state.version = `v${++count}`;
  };
  const state: SettingsStandIn = {
    document: freshDocument(),
    version: "v1",
    credentials: [],
    asked,
    refuseNext: (problems) => refused = problems,
    testResult: { ok: true, message: "OBS 30.2.3 answers at localhost:4455." },
    exportState: offState(),
    changeOutside: take,
  };

  const config = async (route: Route, body: unknown, ifMatch: string | null): Promise<void> => {
    if (route.request().method() === "GET") {
      const isSet = state.credentials.some(({ id }) => id === "obs.websocket.password");
      state.document.obs.password.set = isSet;
      return await route.fulfill({
        json: state.document,
        headers: { etag: `"${state.version}"` },
      });
    }
    if (ifMatch !== `"${state.version}"`) {
      return await fail(route, 412, "config.toml was changed in the meantime.");
    }
    if (refused !== null) {
      const problems = refused;
      refused = null;
      const detail = `${problems.map(({ message }) => message).join("; ")}. Nothing was saved.`;
      return await fail(route, 422, detail, problems);
    }
    take(body as ConfigChanges);
    await route.fulfill({ json: state.document, headers: { etag: `"${state.version}"` } });
  };

  const credentials = async (route: Route, path: string): Promise<void> => {
    const id = path.split("/")[4];
    if (id === undefined) {
      return await route.fulfill({ json: { credentials: state.credentials } });
    }
    state.credentials = state.credentials.filter((credential) => credential.id !== id);
    if (route.request().method() === "PUT") {
      state.credentials.push({
        id,
        host: id.startsWith("obs.") ? state.document.obs.host : null,
        usable: true,
        created_at: Date.UTC(2026, 9, 3, 12),
        last_used: null,
      });
    }
    await route.fulfill({ status: 204 });
  };

  await page.route(/\/api\/v1\/(config|credentials|tests|export)/, async (route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname;
    const text = request.postData();
    const body: unknown = text === null ? null : JSON.parse(text);
    const ifMatch = request.headers()["if-match"] ?? null;
    if (request.method() !== "GET") asked.push({ method: request.method(), path, ifMatch, body });
    if (path === "/api/v1/config") return await config(route, body, ifMatch);
    if (path === "/api/v1/export") return await route.fulfill({ json: state.exportState });
    if (path.startsWith("/api/v1/credentials")) return await credentials(route, path);
    await route.fulfill({ json: state.testResult });
  });
  return state;
}

async function fail(
  route: Route,
  status: number,
  detail: string,
  problems?: SettingProblem[],
): Promise<void> {
  const body: Problem = { type: "about:blank", title: "", status, detail };
  await route.fulfill({
    status,
    contentType: "application/problem+json",
    body: JSON.stringify(problems === undefined ? body : { ...body, problems }),
  });
}
