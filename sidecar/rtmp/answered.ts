import { DeadlineError, withDeadline } from "../time/deadline.ts";
import { RtmpError } from "./rtmp_error.ts";

/**
 * Waits for a server's answer.
 * @throws RtmpError `silent` after `ms`
 */
export async function answered<T>(
  operation: Promise<T>,
  { ms, what }: { ms: number; what: string },
): Promise<T> {
  try {
    return await withDeadline(operation, { ms, what });
  } catch (cause) {
    if (!(cause instanceof DeadlineError)) throw cause;
    throw new RtmpError(
      "silent",
      `The server does not answer ${what} within ${ms / 1000} s. ` +
        "Check the URL; if it is right, the platform has a problem: try another ingest.",
      { cause },
    );
  }
}
