/** Longest that one piece of work keeps all else waiting. */
const AT_ONCE_MS = 4;

/**
 * Makes a function for long work to call now and then: where it has gone on for some milliseconds it
 * gives a promise that resolves when others had their turn, and else null.
 */
export function createBreather(monotonic: () => number): () => Promise<void> | null {
  let sinceMs = monotonic();
  return () => {
    if (monotonic() - sinceMs < AT_ONCE_MS) return null;
    return new Promise((resolve) =>
      setTimeout(() => {
        sinceMs = monotonic();
        resolve();
      }, 0)
    );
  };
}
