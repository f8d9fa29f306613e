/** Stands in for the routes of the checks before a stream; the live stream is the real one. */
import type { Page, Route } from "playwright-core";
import type { Problem } from "../../shared/api.ts";
import type { PreflightReport } from "../../shared/preflight.ts";
import type { Ticker } from "./dock_fixture.ts";

/** The routes' state, for tests to look at and to change. */
export interface PreflightStandIn {
  /** What `GET` answers; 404 while null. */
  latest: PreflightReport | null;
  runs: PreflightReport[];
  /** Method and body of what was asked besides `GET`. */
  readonly asked: string[];
  /** Refuses the next start with this sentence. */
  refuseNext(detail: string): void;
  /** Makes a report the latest and tells of it over the live stream. */
  publish(report: PreflightReport): void;
}

/** Puts the stand-in before the API that `page` asks. */
export async function standInForPreflight(page: Page, ticker: Ticker): Promise<PreflightStandIn> {
  let refusal: string | null = null;
  const asked: string[] = [];
  const state: PreflightStandIn = {
    latest: null,
    runs: [],
    asked,
    refuseNext: (detail) => refusal = detail,
    publish(report) {
      state.latest = report;
      ticker.api.live.publish("preflight", report);
    },
  };
  await page.route("**/api/v1/preflight/runs", (route) => {
    return route.fulfill({ json: { runs: state.runs } });
  });
  await page.route("**/api/v1/preflight", async (route) => {
    const method = route.request().method();
    if (method === "GET") {
      if (state.latest === null) return await fail(route, 404, "No checks have run yet.");
      return await route.fulfill({ json: state.latest });
    }
    asked.push(`${method} ${route.request().postData() ?? ""}`.trim());
    if (refusal !== null) {
      const detail = refusal;
      refusal = null;
      return await fail(route, 409, detail);
    }
    await route.fulfill({ status: method === "POST" ? 202 : 204 });
  });
  return state;
}

async function fail(route: Route, status: number, detail: string): Promise<void> {
  const body: Problem = { type: "about:blank", title: "", status, detail };
  await route.fulfill({
    status,
    contentType: "application/problem+json",
    body: JSON.stringify(body),
  });
}
