import type { Severity } from "../../shared/severity.ts";
import type { Figures } from "../assemble.ts";
import type { AlertSettings, Limits, Pace, Thresholds } from "./thresholds.ts";

/** Trouble that a rule sees at this moment. */
export interface Finding {
  /** What it is about, where a rule can see several: an output's or a card's id. */
  subject?: string;
  severity: Severity;
  message: string;
  metric: string;
  value: number;
}

/** Judges one kind of trouble. Pure: the same figures give the same findings. */
export interface Rule {
  readonly id: string;
  /** How long it must last and be gone: as the user set it for its kind, or always the same. */
  readonly pace: keyof AlertSettings["paces"] | Pace;
  find(figures: Figures, thresholds: Thresholds): Finding[];
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
