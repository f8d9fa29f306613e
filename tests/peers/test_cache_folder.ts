/** Where tests keep what they have built or fetched, in the user's cache. */
export function testCacheFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? "/root"}/.cache`;
  return `${cache}/obs-telemetry-bridge-tests`;
}
