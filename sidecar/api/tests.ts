import { Hono } from "hono/tiny";
import type { TestResult } from "../../shared/api.ts";
import { refuseContent } from "./body.ts";
import { methodNotAllowed, problem } from "./problem.ts";

/** The tests, by the last part of their path. */
export interface ConnectionTests {
  /** Whether OBS answers. */
  obs(): Promise<TestResult>;
  /** Whether the metrics backend takes figures. */
  metrics(): Promise<TestResult>;
  /** Whether a message reaches the address for alerts: it sends one. */
  notify(): Promise<TestResult>;
}

/** `POST /api/v1/tests/obs`, `/metrics` and `/notify`: tries a connection now, each one at a time. */
export function createTests({ tests }: { tests: ConnectionTests }): Hono {
  const running = new Set<string>();
  const app = new Hono();
  for (const name of ["obs", "metrics", "notify"] as const) {
    app.post(`/${name}`, async ({ req }) => {
      const refused = await refuseContent(req.raw);
      if (refused !== null) return refused;
      if (running.has(name)) {
        return problem(409, "This test is running already. Wait until it has ended.");
      }
      running.add(name);
      try {
        return new Response(JSON.stringify(await tests[name]()), {
          headers: { "content-type": "application/json" },
        });
      } finally {
        running.delete(name);
      }
    });
    app.all(`/${name}`, () => methodNotAllowed("POST"));
  }
  return app;
}
