/** Waits for conditions that no event announces. */

const POLL_MS = 40;

/**
 * Asks `probe` until it answers something other than undefined or false, and returns that. A
 * probe that throws counts as "not yet".
 * @throws Error naming `what`, with the probe's last error or answer as the cause
 */
export async function until<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { what, withinMs = 15_000 }: { what: string; withinMs?: number },
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let cause: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  } while (performance.now() < deadline);
  const detail = cause instanceof Error ? `: ${cause.message}` : "";
  throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}${detail}`, { cause });
}
