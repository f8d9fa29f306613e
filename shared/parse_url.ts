/** As `URL.parse`, which the browser inside OBS 28 to 30 does not have. */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
