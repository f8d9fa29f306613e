/** Streaming platforms: how to recognise them, and what they take. */

/** One platform. */
export interface Platform {
  /** As in `[platforms.<id>]` and in `outputs[].platform`. */
  id: string;
  name: string;
  /** Whether OBS's service name, or an output's name, means this platform. */
  service: RegExp;
  /** Whether an ingest's host name is this platform's. */
  host: RegExp;
  /** Most that the platform takes for video; null if it publishes no limit. */
  maxVideoKbps: number | null;
  /** Ingest that OBS's server `auto` means; null if it cannot be known beforehand. */
  autoIngest: string | null;
}

/** A name that holds this word, whatever digits and signs are around it: "Twitch_main". */
function nameWith(word: string): RegExp {
  return new RegExp(`(?<![a-z])${word}(?![a-z])`, "i");
}

/**
 * Limits as each platform's help pages give them in 2026. Amazon's ingest domain serves both
 * Twitch and Kick: Kick's hosts carry a hash in front of `global-contribute`.
 */
export const PLATFORMS: readonly Platform[] = [
  {
    id: "twitch",
    name: "Twitch",
    service: nameWith("twitch"),
    host:
      /(^|\.)twitch\.tv$|^ingest\.global-contribute\.live-video\.net$|\.contribute\.live-video\.net$/i,
    maxVideoKbps: 6000,
    autoIngest: "rtmps://ingest.global-contribute.live-video.net/app",
  },
  {
    id: "youtube",
    name: "YouTube",
    service: nameWith("youtube"),
    host: /(^|\.)youtube\.com$/i,
    maxVideoKbps: 51000,
    autoIngest: null,
  },
  {
    id: "kick",
    name: "Kick",
    service: nameWith("kick"),
    host: /(^|\.)kick\.com$|^[0-9a-f]{12}\.global-contribute\.live-video\.net$/i,
    maxVideoKbps: 8000,
    autoIngest: null,
  },
  {
    id: "tiktok",
    name: "TikTok",
    service: nameWith("tiktok"),
    host: /(^|\.)tiktok(cdn)?(-[a-z]+)?\.com$/i,
    maxVideoKbps: null,
    autoIngest: null,
  },
  {
    id: "facebook",
    name: "Facebook",
    service: nameWith("facebook"),
    host: /(^|\.)(facebook|fbcdn)\.(com|net)$/i,
    maxVideoKbps: 9000,
    autoIngest: null,
  },
  {
    id: "trovo",
    name: "Trovo",
    service: nameWith("trovo"),
    host: /(^|\.)trovo\.live$/i,
    maxVideoKbps: 9000,
    autoIngest: null,
  },
  {
    id: "x",
    name: "X",
    service: /^x(?![a-z])|(?<![a-z])(twitter|periscope)(?![a-z])/i,
    host: /(^|\.)(pscp\.tv|twitter\.com|x\.com)$/i,
    maxVideoKbps: 12000,
    autoIngest: null,
  },
];

/** The platform that OBS's service name or an output's name speaks of, or null. */
export function platformByName(name: string): Platform | null {
  return PLATFORMS.find((platform) => platform.service.test(name)) ?? null;
}

/** The platform that an ingest host belongs to, or null. */
export function platformByHost(host: string): Platform | null {
  return PLATFORMS.find((platform) => platform.host.test(host)) ?? null;
}
