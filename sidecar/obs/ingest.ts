/** Where a stream is sent to. */

/** A server that takes a stream over TCP. */
export interface Ingest {
  /** Name or address. */
  host: string;
  port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "rtmp:": 1935,
  "rtmps:": 443,
  "http:": 80,
  "https:": 443,
};

/**
 * Host and port of an ingest URL such as `rtmps://live.twitch.tv/app`. Null for anything that is
 * no such URL, and for protocols without TCP (SRT, RIST).
 */
export function parseIngest(url: string): Ingest | null {
  let parsed: URL;
  try {
    parsed = new URL(url.trim());
  } catch {
    return null;
  }
  const defaultPort = DEFAULT_PORTS[parsed.protocol];
  if (defaultPort === undefined || parsed.hostname === "") return null;
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: parsed.port === "" ? defaultPort : Number(parsed.port),
  };
}
