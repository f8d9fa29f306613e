import { Hono } from "hono/tiny";
import * as v from "valibot";
import { SessionChangeSchema } from "../../shared/session.ts";
import type { Sessions } from "../sessions/open_sessions.ts";
import type { Clock } from "../time/clock.ts";
import { readJson, refuseContent } from "./body.ts";
import { methodNotAllowed, problem } from "./problem.ts";
import { wholeNumber, wrongParameter } from "./query.ts";

const DEFAULT_LIMIT = 30;
const MAX_LIMIT = 200;
/** Comes after all sessions. */
const FIRST_PAGE = Number.MAX_SAFE_INTEGER;
const DEFAULT_POINTS = 300;
const MAX_POINTS = 2000;
/** Points of a session that is taken away as a file. */
const EXPORT_POINTS = 1000;

/** What the resource needs. */
export interface SessionsRouteOptions {
  sessions: Sessions;
  clock: Pick<Clock, "now">;
}

/**
 * `GET /api/v1/sessions`: evenings with their outputs. `/{id}`: `GET` one with its series, alerts
 * and report, `PATCH` its notes, `DELETE` an evening. `GET /{id}/export`: one as a file.
 */
export function createSessions({ sessions, clock }: SessionsRouteOptions): Hono {
  return new Hono()
    .get("/", ({ req }) => {
      const query = parameters(req.url, ["limit", "before"]);
      if (query instanceof Response) return query;
      const limit = wholeNumber(query.get("limit") ?? String(DEFAULT_LIMIT), MAX_LIMIT);
      if (limit === null || limit === 0) {
        return problem(422, `limit must be a whole number from 1 to ${MAX_LIMIT}.`);
      }
      const before = wholeNumber(query.get("before") ?? String(FIRST_PAGE), FIRST_PAGE);
      if (before === null || before === 0) return problem(422, "before must be a session's id.");
      return json(200, sessions.list({ limit, before }));
    })
    .all("/", () => methodNotAllowed("GET", "HEAD"))
    .get("/:id", async ({ req }) => {
      const query = parameters(req.url, ["points"]);
      if (query instanceof Response) return query;
      const points = wholeNumber(query.get("points") ?? String(DEFAULT_POINTS), MAX_POINTS);
      if (points === null || points === 0) {
        return problem(422, `points must be a whole number from 1 to ${MAX_POINTS}.`);
      }
      const detail = await sessions.detail(idOf(req.param("id")), points);
      return detail === null ? unknown() : json(200, detail);
    })
    .patch("/:id", async ({ req }) => {
      const query = parameters(req.url, []);
      if (query instanceof Response) return query;
      const body = await readJson(req.raw);
      if (body instanceof Response) return body;
      const [wrong] = body.problems;
      if (wrong !== undefined) return problem(422, `${wrong}. Nothing was changed.`);
      if (Array.isArray(body.value)) return problem(422, "The body must be an object.");
      const change = v.safeParse(SessionChangeSchema, body.value);
      if (!change.success) {
        const told = change.issues.map((issue) =>
          `${v.getDotPath(issue) ?? "the body"}: ${issue.message}`
        );
        return problem(422, `${told.join("; ").slice(0, 1000)}. Nothing was changed.`);
      }
      const session = sessions.setNotes(idOf(req.param("id")), change.output.notes);
      return session === null ? unknown() : json(200, session);
    })
    .delete("/:id", async ({ req }) => {
      const query = parameters(req.url, []);
      if (query instanceof Response) return query;
      const refused = await refuseContent(req.raw);
      if (refused !== null) return refused;
      switch (sessions.delete(idOf(req.param("id")))) {
        case "deleted":
          return new Response(null, { status: 204 });
        case "unknown":
          return unknown();
        case "live":
          return problem(409, "This evening goes on. Delete it when the stream is over.");
        case "output":
          return problem(409, "This is a part of an evening. Delete the evening.");
      }
    })
    .all("/:id", () => methodNotAllowed("GET", "HEAD", "PATCH", "DELETE"))
    .get("/:id/export", async ({ req }) => {
      const query = parameters(req.url, ["format"]);
      if (query instanceof Response) return query;
      const format = query.get("format") ?? "json";
      const id = idOf(req.param("id"));
      if (format === "json") {
        const detail = await sessions.detail(id, EXPORT_POINTS);
        return detail === null ? unknown() : json(200, detail, asFile(id, format));
      }
      if (format !== "csv") return problem(422, "format must be csv or json.");
      const found = sessions.find(id);
      if (found === null) return unknown();
      const { sessionCsv } = await import("../sessions/session_csv.ts");
      const parts = sessionCsv({ ...found, source: sessions.source, nowMs: clock.now() });
      return new Response(ReadableStream.from(parts).pipeThrough(new TextEncoderStream()), {
        headers: {
          "content-type": "text/csv; charset=utf-8; header=present",
          ...asFile(id, format),
        },
      });
    })
    .all("/:id/export", () => methodNotAllowed("GET", "HEAD"));
}

/** @returns the answer to a parameter that there is not, or that stands there twice */
function parameters(url: string, known: readonly string[]): URLSearchParams | Response {
  const query = new URL(url).searchParams;
  const wrong = wrongParameter(query, known);
  return wrong === null ? query : problem(422, wrong);
}

/** The session's number in a path; one that no session has for any other text. */
function idOf(text: string): number {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : -1;
}

function asFile(id: number, format: string): Record<string, string> {
  return { "content-disposition": `attachment; filename="session-${id}.${format}"` };
}

function unknown(): Response {
  return problem(404, "There is no such session; it may have been deleted.");
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
