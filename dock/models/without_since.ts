/** Since when, as messages say it where it is known: " since 21:14:05". */
export const SINCE = / since \d\d:\d\d:\d\d/;

/** An alert's message for a place that says itself since when it is so. */
export function withoutSince(message: string): string {
  return message.replace(SINCE, "");
}
