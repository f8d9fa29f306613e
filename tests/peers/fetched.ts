/** What is fetched for a test's counterpart, or why it cannot be. */

/** How much of the end of what a tool said is told. */
const REASON_CHARS = 500;

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
    const end = reason.slice(-REASON_CHARS);
    throw new NotFetchedError(`${what} cannot be fetched: ${end}`, { cause });
  }
}
