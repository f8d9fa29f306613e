import type { Signal } from "@preact/signals";
import type { ChartSource, Span } from "./chart_source.ts";
import type { Folds } from "./folds.ts";

/** What charts of the same time have in common. */
export interface ChartSetting {
  source: ChartSource;
  cursor: Signal<number | null>;
  folds: Folds;
  /** Which time they show, if not the last 15 minutes. */
  past?: string;
  onZoom?: (span: Span) => void;
}
