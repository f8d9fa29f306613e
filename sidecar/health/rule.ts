import type { Severity } from "../../shared/severity.ts";
import type { Figures } from "../snapshot/assemble.ts";
import type { Recent } from "./recent.ts";
import type { AlertSettings, Limits, Pace, Thresholds } from "./thresholds.ts";

/** Stands in a finding's message where it tells since when: ` since 21:10:05`. */
export const SINCE = "{since}";

/** Trouble that a rule sees at this moment. */
export interface Finding {
  /** What it is about, where a rule can see several: an output's or a card's id. */
  subject?: string;
  severity: Severity;
  /** What, how bad and what to do; `SINCE` stands behind what lasts. */
  message: string;
  metric: string;
  /** The figure that was judged. */
  value: number;
  /** Milliseconds since it began, where that is known better than by when it was first found. */
  beganMsAgo?: number;
  /** Milliseconds since it was last so, where it is found for some time after; else it is now. */
  seenMsAgo?: number;
}

/** What a rule judges. */
export interface Judged extends Figures {
  /** What was seen within the last seconds; without it nothing. */
  recent?: Recent;
}

/** Judges one kind of trouble. Pure: the same figures give the same findings. */
export interface Rule {
  readonly id: string;
  /** How long it must last and be gone: as the user set it for its kind, or always the same. */
  readonly pace: keyof AlertSettings["paces"] | Pace;
  /**
   * Rules, named before this one in the list of rules, whose trouble brings this one's with it.
   * While they find theirs with the same subject, this one's is not told anew.
   */
  readonly yieldsTo?: readonly string[];
  /**
   * What is wrong by these limits. What is told already is asked for by `eased` ones too, and is
   * over only when those find nothing.
   */
  find(figures: Judged, thresholds: Thresholds): Finding[];
}

/** The severity of a figure that is better the lower it is; null if it is fine or unknown. */
export function above(value: number | null, { warning, error }: Limits): Severity | null {
  if (value === null) return null;
  return value > error ? "error" : value > warning ? "warning" : null;
}

/** The severity of a figure that is better the higher it is; null if it is fine or unknown. */
export function below(value: number | null, { warning, error }: Limits): Severity | null {
  if (value === null) return null;
  return value < error ? "error" : value < warning ? "warning" : null;
}

/** A figure as a person writes it: at most one decimal. */
export function plain(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, "");
}
