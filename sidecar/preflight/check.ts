import type { BandwidthReport, CheckGroup, Finding } from "../../shared/preflight.ts";

/** What a running check may use. */
export interface CheckContext {
  /** Aborts when the run is stopped or the check's deadline has passed. */
  signal: AbortSignal;
  /** Tells what it does at this moment, for one that takes long. */
  progress(text: string): void;
  /** Adds what a bandwidth test measured to the report. */
  measured(result: BandwidthReport): void;
}

/** One check before a stream. */
export interface Check {
  /** Stable: `obs.audio`, `network.twitch`. */
  readonly id: string;
  /** As a person reads it: "Twitch: connection". */
  readonly name: string;
  readonly group: CheckGroup;
  /** Name of the platform that it is about; null for the others. */
  readonly platform: string | null;
  /** Milliseconds after which it is given up. */
  readonly deadlineMs: number;
  /** What being given up means: `fail` unless told otherwise; a stream does without some. */
  readonly lateStatus?: "fail" | "skipped";
  /**
   * Looks, and says what it found. One that throws has failed with the error's message, which
   * is for the user.
   */
  run(context: CheckContext): Promise<Finding[]>;
}

/** A finding that all is well. */
export function pass(seen: string): Finding {
  return { status: "pass", seen, expected: null, remedy: null };
}

/** A finding that nothing could be told, and why. */
export function skipped(seen: string): Finding {
  return { status: "skipped", seen, expected: null, remedy: null };
}

/** A finding that one can go live with. */
export function warning(
  seen: string,
  { expected = null, remedy }: { expected?: string | null; remedy: string },
): Finding {
  return { status: "warning", seen, expected, remedy };
}

/** A finding that one should not go live with. */
export function fail(
  seen: string,
  { expected = null, remedy }: { expected?: string | null; remedy: string },
): Finding {
  return { status: "fail", seen, expected, remedy };
}
