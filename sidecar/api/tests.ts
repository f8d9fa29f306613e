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
}

/** `POST /api/v1/tests/obs` and `/metrics`: tries a connection now, one at a time. */
export function createTests({ tests }: { tests: ConnectionTests }): Hono {
  let isRunning = false;
  const app = new Hono();
  for (const name of ["obs", "metrics"] as const) {
    app.post(`/${name}`, async ({ req }) => {
      const refused = await refuseContent(req.raw);
      if (refused !== null) return refused;
      if (isRunning) return problem(409, "Another test is running. Wait until it has ended.");
      isRunning = true;
      try {
        return new Response(JSON.stringify(await tests[name]()), {
          headers: { "content-type": "application/json" },
        });
      } finally {
        isRunning = false;
      }
    });
    app.all(`/${name}`, () => methodNotAllowed("POST"));
  }
  return app;
}
