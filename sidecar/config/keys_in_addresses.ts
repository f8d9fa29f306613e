import type { Config } from "../../shared/config.ts";

/** An address with what looks like a stream key in it. */
export interface KeyInAddress {
  /** The setting: section and key. */
  path: readonly string[];
  message: string;
}

/**
 * A path's last part that looks like a stream key: those of Twitch begin with `live_` and the
 * channel's number (https://dev.twitch.tv/docs/api/reference/#get-stream-key).
 */
const TWITCH_KEY = /\/live_\d+_[^/]*$/;

/**
 * Finds stream keys in the platforms' addresses, where everybody can read them who sees config.toml
 * or the dock.
 */
export function keysInAddresses(platforms: Config["platforms"]): KeyInAddress[] {
  return Object.entries(platforms).flatMap(([name, { ingest_url }]) => {
    if (ingest_url === null || !TWITCH_KEY.test(URL.parse(ingest_url)?.pathname ?? "")) return [];
    return [{
      path: ["platforms", name, "ingest_url"],
      message:
        `[platforms.${name}] ingest_url ends in what looks like a stream key, which others ` +
        `can read here. Take it out, and store it with "deno task vault set ` +
        `platforms.${name}.stream_key"`,
    }];
  });
}
