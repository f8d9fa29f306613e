import { API_PATHS } from "../../shared/api_paths.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { SseParser } from "../../dock/sse.ts";

/** What an event stream needs to know of the sidecar. */
export interface EventStreamOptions {
  port: number;
  token: string;
  /** Called for each snapshot, with its arrival on `performance.now()`. */
  onTelemetry?: (telemetry: Telemetry, atMs: number) => void;
}

/**
 * Follows the sidecar's events as the dock does, until it is disposed of.
 * @throws if the sidecar does not open the stream
 */
export async function openEventStream(
  { port, token, onTelemetry }: EventStreamOptions,
): Promise<Disposable> {
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}${API_PATHS.events}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  const { body } = response;
  if (!response.ok || body === null) throw new Error(`No event stream: ${await response.text()}`);

  async function follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    const parser = new SseParser();
    for await (const chunk of stream) {
      const atMs = performance.now();
      if (onTelemetry === undefined) continue;
      for (const { name, data } of parser.push(chunk)) {
        if (name === "telemetry") onTelemetry(JSON.parse(data), atMs);
      }
    }
  }
  // Ends with an error when it is aborted, or with the sidecar.
  follow(body).catch(() => {});
  return { [Symbol.dispose]: () => abort.abort() };
}
