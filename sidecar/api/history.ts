import { Hono } from "hono/tiny";
import { cleanText } from "../../shared/text.ts";
import type { HistorySource } from "../history/history_source.ts";
import type { Clock } from "../time/clock.ts";
import { methodNotAllowed, problem } from "./problem.ts";
import { MAX_TIME_MS, wholeNumber, wrongParameter } from "./query.ts";

/** What is shown where a query does not say. */
const DEFAULT_SPAN_MS = 15 * 60_000;
const DEFAULT_POINTS = 450;
const MAX_POINTS = 5000;
const PARAMETERS = ["metric", "from", "to", "points"] as const;

/** `GET /api/v1/history`: one figure over time. */
export function createHistory(
  { history, clock }: { history: HistorySource; clock: Pick<Clock, "now"> },
): Hono {
  return new Hono()
    .get("/", async ({ req }) => {
      const query = parseQuery(new URL(req.url).searchParams, clock.now());
      if (typeof query === "string") return problem(422, query);
      const { metric, ...span } = query;
      const found = await history.read(metric, span);
      if (found === null) {
        return problem(404, `No figure "${cleanText(metric)}" is kept over time.`);
      }
      return new Response(JSON.stringify(found), {
        headers: { "content-type": "application/json" },
      });
    })
    .all("/", () => methodNotAllowed("GET", "HEAD"));
}

interface Query {
  metric: string;
  fromMs: number;
  toMs: number;
  points: number;
}

/** @returns what is wrong, if anything is */
function parseQuery(query: URLSearchParams, nowMs: number): Query | string {
  const wrong = wrongParameter(query, PARAMETERS);
  if (wrong !== null) return wrong;
  const metric = query.get("metric") ?? "";
  if (metric === "") return "Say which figure is wanted: metric=obs.active_fps.";
  const toMs = wholeNumber(query.get("to") ?? String(Math.floor(nowMs)), MAX_TIME_MS);
  if (toMs === null) return "to must be a time in Unix milliseconds.";
  const fromMs = wholeNumber(
    query.get("from") ?? String(Math.max(0, toMs - DEFAULT_SPAN_MS)),
    MAX_TIME_MS,
  );
  if (fromMs === null) return "from must be a time in Unix milliseconds.";
  if (fromMs > toMs) return "from must not be later than to.";
  const points = wholeNumber(query.get("points") ?? String(DEFAULT_POINTS), MAX_POINTS);
  if (points === null || points === 0) {
    return `points must be a whole number from 1 to ${MAX_POINTS}.`;
  }
  return { metric, fromMs, toMs, points };
}
