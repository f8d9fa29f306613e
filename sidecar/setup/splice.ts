/** The text with what is from `start` to `end` replaced. */
export function splice(
  text: string,
  { start, end, insert }: { start: number; end: number; insert: string },
): string {
  return text.slice(0, start) + insert + text.slice(end);
}
