/** What is fetched for a test's counterpart, or why it cannot be. */

/** Packages cannot be had at this moment, which is no fault of the product. */
export class NotFetchedError extends Error {
  override name = "NotFetchedError";
}

/** @throws NotFetchedError if the operation fails, saying that `what` cannot be fetched and why */
export async function fetched<T>(operation: Promise<T>, what: string): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NotFetchedError(`${what} cannot be fetched: ${reason}`, { cause });
  }
}
