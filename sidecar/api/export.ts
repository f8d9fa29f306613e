import { Hono } from "hono/tiny";
import type { ExportState } from "../../shared/export_state.ts";
import { methodNotAllowed } from "./problem.ts";

/** `GET /api/v1/export`: how the export of figures fares. */
export function createExport({ state }: { state(): ExportState }): Hono {
  return new Hono()
    .get(
      "/",
      () =>
        new Response(JSON.stringify(state()), { headers: { "content-type": "application/json" } }),
    )
    .all("/", () => methodNotAllowed("GET", "HEAD"));
}
