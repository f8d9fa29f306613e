/** An operation on the outside world took longer than it may. */
export class DeadlineError extends Error {
  override name = "DeadlineError";
}

/**
 * Waits for `operation`, but no longer than `ms` milliseconds. What it was waiting for goes on,
 * and its late result or failure is ignored.
 * @throws DeadlineError "No answer from <what> within <n> s"
 */
export async function withDeadline<T>(
  operation: Promise<T>,
  { ms, what }: { ms: number; what: string },
): Promise<T> {
  operation.catch(() => {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DeadlineError(`No answer from ${what} within ${ms / 1000} s`)),
      ms,
    );
  });
  try {
    return await Promise.race([operation, late]);
  } finally {
    clearTimeout(timer);
  }
}
