import { Hono } from "hono/tiny";
import { MAX_EVENT_STREAMS } from "../../shared/api.ts";
import type { LiveStream, Subscription } from "../sinks/live.ts";
import { methodNotAllowed, problem } from "./problem.ts";

/** The frames of a subscription as a body; a client that reads slowly is waited for. */
function frameStream(subscription: Subscription): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const frame = await subscription.next();
      if (frame === null) controller.close();
      else controller.enqueue(frame);
    },
    cancel() {
      subscription.close();
    },
  }, { highWaterMark: 0 });
}

/** `GET /api/v1/events`: the live stream as server-sent events. */
export function createEvents(
  { live }: { live: Pick<LiveStream, "subscribe" | "subscribers"> },
): Hono {
  return new Hono()
    .get("/", ({ req }) => {
      // Hono answers HEAD through GET, which would leave a stream open that nobody reads.
      if (req.method !== "GET") return methodNotAllowed("GET");
      if (live.subscribers() >= MAX_EVENT_STREAMS) {
        return problem(
          429,
          `${MAX_EVENT_STREAMS} docks or programs follow the events already. Close one of them.`,
          { "retry-after": "5" },
        );
      }
      return new Response(frameStream(live.subscribe()), {
        headers: { "content-type": "text/event-stream" },
      });
    })
    .all("/", () => methodNotAllowed("GET"));
}
