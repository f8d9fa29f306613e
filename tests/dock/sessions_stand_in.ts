/** Stands in for the routes of sessions, alerts and history; the live stream is the real one. */
import type { Page, Route } from "playwright-core";
import type { AlertRecord } from "../../shared/alert.ts";
import type { Problem } from "../../shared/api.ts";
import type { SessionDetail, SessionsAnswer } from "../../shared/session.ts";
import { exampleDetail, exampleSeries } from "./example_session.ts";

/** The routes' state, for tests to look at and to change. */
export interface SessionsStandIn {
  evenings: SessionsAnswer["sessions"];
  /** Evenings on a page. */
  pageSize: number;
  alerts: AlertRecord[];
  detail: SessionDetail;
  /** Method, path and body of what was asked besides the figures. */
  readonly asked: string[];
  /** What every request is refused with; null for none. */
  failure: string | null;
}

/** Puts the stand-in before the API that `page` asks. */
export async function standInForSessions(page: Page): Promise<SessionsStandIn> {
  const asked: string[] = [];
  const state: SessionsStandIn = {
    evenings: [],
    pageSize: 20,
    alerts: [],
    detail: exampleDetail(),
    asked,
    failure: null,
  };

  const sessions = async (route: Route, url: URL): Promise<void> => {
    const request = route.request();
    const [, , , , id, sub] = url.pathname.split("/");
    if (id === undefined) {
      const before = Number(url.searchParams.get("before") ?? Infinity);
      const older = state.evenings.filter(({ start_time }) => start_time < before);
      const found = older.slice(0, state.pageSize);
      const next = older.length > found.length ? found.at(-1)?.start_time ?? null : null;
      return await route.fulfill({ json: { sessions: found, next_before: next } });
    }
    if (sub === "export") {
      return await route.fulfill({ contentType: "text/csv", body: "time,fps\n1,60\n" });
    }
    if (request.method() === "DELETE") {
      state.evenings = state.evenings.filter((each) => each.id !== Number(id));
      return await route.fulfill({ status: 204 });
    }
    if (request.method() === "PATCH") {
      Object.assign(state.detail.session, request.postDataJSON());
      return await route.fulfill({ json: state.detail.session });
    }
    const all = [state.detail.session, ...state.detail.outputs];
    const session = all.find((each) => each.id === Number(id)) ?? state.detail.session;
    const outputs = session === state.detail.session ? state.detail.outputs : [];
    await route.fulfill({ json: { ...state.detail, session, outputs } });
  };

  await page.route(/\/api\/v1\/(sessions|alerts)/, async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const body = request.postData() ?? "";
    asked.push(`${request.method()} ${url.pathname}${url.search} ${body}`.trim());
    if (state.failure !== null) return await fail(route, state.failure);
    if (!url.pathname.startsWith("/api/v1/alerts")) return await sessions(route, url);
    const to = Number(url.searchParams.get("to") ?? Infinity);
    const isWanted = url.searchParams.get("state");
    const alerts = state.alerts.filter(({ since, state }) =>
      since <= to && (isWanted === null || state === isWanted)
    );
    await route.fulfill({ json: { alerts } });
  });
  await page.route("**/api/v1/history?*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    const number = (name: string): number => Number(query.get(name));
    const span = { from: number("from"), to: number("to"), points: number("points") };
    return route.fulfill({ json: exampleSeries(query.get("metric") ?? "", span) });
  });
  return state;
}

async function fail(route: Route, detail: string): Promise<void> {
  const body: Problem = { type: "about:blank", title: "", status: 503, detail };
  await route.fulfill({
    status: 503,
    contentType: "application/problem+json",
    body: JSON.stringify(body),
  });
}
