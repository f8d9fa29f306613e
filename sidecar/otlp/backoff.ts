/** First and longest wait before something is tried again. */
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next try after so many that failed: twice as long each time, and a
 * little more or less, so that many sidecars do not come back to a backend at once.
 * @param random at least 0 and less than 1
 */
export function backoffMs(failures: number, random: number): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(fullMs * (0.5 + random / 2));
}
