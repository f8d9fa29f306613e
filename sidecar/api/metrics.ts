import { Hono } from "hono/tiny";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Snapshot } from "../sinks/sink.ts";
import { methodNotAllowed, problem } from "./problem.ts";

/** What gives a snapshot in a scraper's format. */
export interface ScrapeFormat {
  /** The format's media type. */
  readonly type: string;
  text(telemetry: Telemetry): string;
}

/** What `GET /metrics` needs. */
export interface MetricsOptions {
  latest: () => Snapshot | null;
  /** The format; asked for with every request, and loaded with the first. */
  scrapeFormat: () => Promise<ScrapeFormat>;
}

/** `GET /metrics`: the latest snapshot for those who scrape; 503 until there is one. */
export function createMetrics({ latest, scrapeFormat }: MetricsOptions): Hono {
  return new Hono()
    .get("/", async () => {
      const { type, text } = await scrapeFormat();
      const snapshot = latest();
      if (snapshot === null) {
        return problem(503, "There is no snapshot yet. Try again in a second.", {
          "retry-after": "1",
        });
      }
      return new Response(text(snapshot.telemetry), { headers: { "content-type": type } });
    })
    .all("/", () => methodNotAllowed("GET", "HEAD"));
}
