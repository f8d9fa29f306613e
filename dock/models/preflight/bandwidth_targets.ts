import type { ConfigDocument } from "../../../shared/api.ts";
import { platformTitle } from "../settings/platform_title.ts";

/** What a bandwidth test does with one platform. */
export interface BandwidthTarget {
  name: string;
  title: string;
  /** Whether anything is sent there. */
  isSent: boolean;
  /** What is sent, or why nothing. */
  text: string;
}

type Platforms = ConfigDocument["platforms"];

/**
 * Twitch's servers, as https://ingest.twitch.tv/ingests lists them. Amazon IVS runs Kick's, too:
 * those have a hash in front of `global-contribute`.
 */
const TWITCH_HOST =
  /(^|\.)twitch\.tv$|^ingest\.global-contribute\.live-video\.net$|\.contribute\.live-video\.net$/;

/** YouTube's servers, as its help page on encoder settings gives them. */
const YOUTUBE_HOST = /(^|\.)rtmps?\.youtube\.com$/;

/** What a bandwidth test sends, and where, for every platform that is set up. */
export function bandwidthTargets(platforms: Platforms): BandwidthTarget[] {
  return Object.entries(platforms)
    .filter(([, { enabled, ingest_url, stream_key }]) =>
      enabled && ingest_url !== null && stream_key.set
    )
    .map(([name, platform]) => ({ name, title: platformTitle(name), ...sentTo(platform) }));
}

function sentTo(
  { ingest_url, test_key }: Platforms[string],
): Pick<BandwidthTarget, "isSent" | "text"> {
  const host = hostOf(ingest_url);
  if (TWITCH_HOST.test(host)) {
    return { isSent: true, text: "in its test mode, which nobody sees." };
  }
  if (!YOUTUBE_HOST.test(host)) {
    return { isSent: false, text: "nothing, but to your own server with a test key." };
  }
  return test_key
    ? { isSent: true, text: "to its key, which your settings call a test key." }
    : { isSent: false, text: "nothing: it has no test mode, and its key is not a test key." };
}

function hostOf(url: string | null): string {
  try {
    // Browsers read the host of no other address than a web page's.
    return new URL((url ?? "").replace(/^rtmps?:/i, "https:")).hostname;
  } catch {
    return "";
  }
}
