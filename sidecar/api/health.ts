import { Hono } from "hono/tiny";
import { methodNotAllowed } from "./problem.ts";

/** `GET /healthz`: the sidecar's process answers. Needs no token and says nothing else. */
export function createHealth(): Hono {
  return new Hono()
    .get("/", (context) => context.json({ status: "ok" }))
    .all("/", () => methodNotAllowed("GET", "HEAD"));
}
