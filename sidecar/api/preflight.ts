import { Hono } from "hono/tiny";
import * as v from "valibot";
import { PreflightRequestSchema } from "../../shared/preflight.ts";
import type { PreflightRuns } from "../preflight/preflight_runs.ts";
import { readJson } from "./body.ts";
import { methodNotAllowed, problem } from "./problem.ts";

/**
 * `POST /api/v1/preflight` begins a run, `GET` tells the latest report, `DELETE` stops the run;
 * `GET /api/v1/preflight/runs` tells the last ones that have ended.
 */
export function createPreflight({ preflight }: { preflight: PreflightRuns }): Hono {
  return new Hono()
    .get("/", async () => {
      const report = await preflight.latest();
      return report === null
        ? problem(404, "The checks have not been run yet. POST here begins a run.")
        : json(200, report);
    })
    .post("/", async ({ req }) => {
      const body = await readJson(req.raw);
      if (body instanceof Response) return body;
      const [wrong] = body.problems;
      if (wrong !== undefined) return problem(422, `${wrong}. Nothing was begun.`);
      if (Array.isArray(body.value)) return problem(422, "The body must be an object.");
      const request = v.safeParse(PreflightRequestSchema, body.value);
      if (!request.success) {
        const told = request.issues.map((issue) =>
          `${v.getDotPath(issue) ?? "the body"}: ${issue.message}`
        );
        return problem(422, `${told.join("; ").slice(0, 1000)}. Nothing was begun.`);
      }
      const started = await preflight.start(request.output);
      if ("id" in started) return json(202, started);
      return problem(started.kind === "unknown" ? 422 : 409, started.problem);
    })
    .delete("/", async () => {
      const stopped = await preflight.stop("It was stopped in the dock or by another program.");
      return stopped ? new Response(null, { status: 204 }) : problem(404, "No checks are running.");
    })
    .all("/", () => methodNotAllowed("GET", "HEAD", "POST", "DELETE"))
    .get("/runs", async () => json(200, { runs: await preflight.runs() }))
    .all("/runs", () => methodNotAllowed("GET", "HEAD"));
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });
}
