/** The sidecar cannot run as things are on this machine; the message says what to do. */
export class CannotRunError extends Error {
  override name = "CannotRunError";
}

/** What failed, why, and the remedy, each a sentence: `Cannot open x: Is a directory. Delete it.` */
export function cannotRun(
  what: string,
  { cause, remedy }: { cause: unknown; remedy: string },
): CannotRunError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new CannotRunError(`${what}: ${detail}. ${remedy}`, { cause });
}
