import { LONGEST_BREAK_MS } from "./evenings.ts";

/**
 * How long OBS may be away before its streams are over: it may hang for a moment, or the sidecar
 * was just started and has yet to find it.
 */
const LONGEST_ABSENCE_MS = 10_000;
const LONGEST_SEARCH_MS = 60_000;

/** Milliseconds that OBS may be away before its streams are over. */
export function longestAbsenceMs(
  { isShutOut, isSearching }: { isShutOut: boolean; isSearching: boolean },
): number {
  if (isShutOut) return LONGEST_BREAK_MS;
  return isSearching ? LONGEST_SEARCH_MS : LONGEST_ABSENCE_MS;
}
