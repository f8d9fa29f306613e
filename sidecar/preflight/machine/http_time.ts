import type { ClockOffset } from "./clock_offset.ts";

/** The `Date` header counts whole seconds (RFC 9110, section 6.6.1): half of one on average. */
const HALF_SECOND_MS = 500;

/** What comparing needs. */
export interface HttpTimeOptions {
  signal: AbortSignal;
  fetch?: typeof globalThis.fetch;
  /** Unix milliseconds by this PC's clock. */
  now?(): number;
}

/**
 * Compares this PC's clock with that of an HTTP server, from the `Date` of its answer. Nothing of
 * the answer is read but its head.
 * @returns null if the answer has no date
 * @throws if the server does not answer
 */
export async function httpTimeOffset(
  url: string,
  { signal, fetch = globalThis.fetch, now = Date.now }: HttpTimeOptions,
): Promise<ClockOffset | null> {
  const sentMs = now();
  const response = await fetch(url, { method: "HEAD", redirect: "manual", signal });
  const gotMs = now();
  await response.body?.cancel();
  const serverMs = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(serverMs)) return null;
  const roundTripMs = Math.max(0, gotMs - sentMs);
  return {
    aheadMs: serverMs + HALF_SECOND_MS - (sentMs + roundTripMs / 2),
    accuracyMs: HALF_SECOND_MS + roundTripMs / 2,
    source: new URL(url).host,
  };
}
