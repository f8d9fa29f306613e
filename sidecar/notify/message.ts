/** What is told of alerts, before a service's own form of it. */
import type { Alert } from "../../shared/alert.ts";
import type { Severity } from "../../shared/severity.ts";

/** One alert as it is told. */
export interface ToldAlert {
  /** The alert as it was at its worst. */
  alert: Alert;
  /** Whether it lasts. */
  firing: boolean;
  /** Unix milliseconds at which it began; the first time, if it came several times. */
  since: number;
  /** Unix milliseconds at which it was over; null while it lasts. */
  resolvedAt: number | null;
  /** Milliseconds from its begin to its end, the last time; null while it lasts. */
  lastedMs: number | null;
  /** How often it came since it was last told, this time included. */
  times: number;
}

/** Alerts that were told before and are not over yet. */
export interface Lasting {
  count: number;
  /** The severity of the worst, as it was told. */
  worst: Severity;
}

/** One message. */
export interface Message {
  kind: "alerts" | "test";
  /** Who streams. */
  streamer: string;
  /** Unix milliseconds at which it is sent. */
  at: number;
  /** Those that last first, the worst first. Empty in a test. */
  alerts: readonly ToldAlert[];
  /** Further alerts, that there was no room to keep. */
  more: number;
  /** What lasts beside that; null if nothing does. */
  lasting: Lasting | null;
}
