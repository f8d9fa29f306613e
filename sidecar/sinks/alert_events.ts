import type { AlertEvent } from "../../shared/api.ts";
import type { Sink } from "./sink.ts";

/** Tells of alerts that come and go. */
export interface AlertEvents extends Sink {
  /** Takes what a verdict changed. It is told with the snapshot that has the verdict. */
  take(event: AlertEvent): void;
  /** Tells nothing more: that the sidecar stops resolves no alert. */
  end(): void;
}

/** Makes a sink that publishes an event for each alert that fires, gets worse or is over. */
export function createAlertEvents(
  { publish }: { publish(event: AlertEvent): void },
): AlertEvents {
  let waiting: AlertEvent[] = [];
  let ended = false;
  return {
    name: "alert events",
    take(event) {
      if (!ended) waiting.push(event);
    },
    write() {
      const events = waiting;
      waiting = [];
      for (const event of events) publish(event);
    },
    end() {
      ended = true;
      waiting = [];
    },
  };
}
