import { Hono } from "hono/tiny";
import type { Snapshot } from "../sinks/sink.ts";
import { methodNotAllowed, problem } from "./problem.ts";

/** `GET /api/v1/telemetry`: the latest snapshot; 503 until there is one. */
export function createTelemetry({ latest }: { latest: () => Snapshot | null }): Hono {
  return new Hono()
    .get("/", () => {
      const snapshot = latest();
      if (snapshot === null) {
        return problem(503, "There is no snapshot yet. Try again in a second.", {
          "retry-after": "1",
        });
      }
      return new Response(snapshot.json.slice(), {
        headers: { "content-type": "application/json" },
      });
    })
    .all("/", () => methodNotAllowed("GET", "HEAD"));
}
