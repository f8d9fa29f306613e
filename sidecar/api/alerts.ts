import { Hono } from "hono/tiny";
import { ALERT_STATES, type AlertsAnswer } from "../../shared/alert.ts";
import type { AlertQuery, AlertStore } from "../history/alert_store.ts";
import { methodNotAllowed, problem } from "./problem.ts";
import { MAX_TIME_MS, wholeNumber, wrongParameter } from "./query.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const PARAMETERS = ["state", "from", "to", "limit"] as const;

/** `GET /api/v1/alerts`: alerts that are or were, newest first. */
export function createAlerts({ alerts }: { alerts: Pick<AlertStore, "list"> }): Hono {
  return new Hono()
    .get("/", (context) => {
      const query = parseQuery(new URL(context.req.url).searchParams);
      if (typeof query === "string") return problem(422, query);
      return context.json({ alerts: alerts.list(query) } satisfies AlertsAnswer);
    })
    .all("/", () => methodNotAllowed("GET", "HEAD"));
}

/** @returns what is wrong, if anything is */
function parseQuery(query: URLSearchParams): AlertQuery | string {
  const wrong = wrongParameter(query, PARAMETERS);
  if (wrong !== null) return wrong;
  const stateText = query.get("state");
  const state = ALERT_STATES.find((known) => known === stateText);
  if (stateText !== null && state === undefined) {
    return `state must be one of ${ALERT_STATES.join(", ")}.`;
  }
  const from = timeOf(query, "from");
  const to = timeOf(query, "to");
  for (const time of [from, to]) if (typeof time === "string") return time;
  const fromMs = Number(from ?? 0);
  const toMs = Number(to ?? MAX_TIME_MS);
  if (fromMs > toMs) return "from must not be later than to.";
  const limit = wholeNumber(query.get("limit") ?? String(DEFAULT_LIMIT), MAX_LIMIT);
  if (limit === null || limit === 0) return `limit must be a whole number from 1 to ${MAX_LIMIT}.`;
  return { ...(state === undefined ? {} : { state }), fromMs, toMs, limit };
}

/** @returns what is wrong, if anything is; null if nothing is said */
function timeOf(query: URLSearchParams, name: "from" | "to"): number | string | null {
  const text = query.get(name);
  if (text === null) return null;
  return wholeNumber(text, MAX_TIME_MS) ?? `${name} must be a time in Unix milliseconds.`;
}
