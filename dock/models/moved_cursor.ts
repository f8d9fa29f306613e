import type { Span } from "./chart_source.ts";

/** Keys that move a crosshair, as those of a slider, by so many parts of the time that is shown. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};

/** Of the last 15 minutes, 10 s each. */
const PARTS = 90;

/**
 * Where a key moves a crosshair that stands at `atMs`; null takes it away, undefined: the key is
 * not for it. Without a crosshair the first key begins at the end, where the newest figures are.
 */
export function movedCursor(
  key: string,
  { atMs, span: { from, to } }: { atMs: number | null; span: Span },
): number | null | undefined {
  if (key === "Home") return from;
  if (key === "End") return to;
  if (key === "Escape") return atMs === null ? undefined : null;
  const steps = STEPS[key];
  if (steps === undefined) return undefined;
  return Math.min(to, Math.max(from, (atMs ?? to) + steps * (to - from) / PARTS));
}
