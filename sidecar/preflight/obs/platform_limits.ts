/** What each platform takes of a stream. */
import type { Codec } from "./encoder.ts";

/** Limits of one platform; null where it publishes none. */
export interface PlatformLimits {
  videoKbps: number | null;
  audioKbps: number | null;
  /** Longest time between keyframes, in seconds. */
  keyframeS: number;
  /** Longer and shorter side of the largest picture. */
  longSide: number | null;
  shortSide: number | null;
  fps: number | null;
  codecs: readonly Codec[];
}

const FULL_HD = { longSide: 1920, shortSide: 1080, fps: 60, codecs: ["H.264"] } as const;

/**
 * By the platform's id, as the platforms' help pages for encoders give them in 2026: Twitch's
 * "Broadcasting Guidelines", YouTube's "Choose live encoder settings", Kick's "Streaming settings",
 * Facebook's "Live video specifications", Trovo's and X's pages for producers.
 */
const LIMITS: ReadonlyMap<string, PlatformLimits> = new Map<string, PlatformLimits>([
  ["twitch", { videoKbps: 6000, audioKbps: 320, keyframeS: 2, ...FULL_HD }],
  ["youtube", {
    videoKbps: 51_000,
    audioKbps: 160,
    keyframeS: 2,
    longSide: 3840,
    shortSide: 2160,
    fps: 60,
    codecs: ["H.264", "HEVC", "AV1"],
  }],
  ["kick", { videoKbps: 8000, audioKbps: null, keyframeS: 2, ...FULL_HD }],
  ["facebook", { videoKbps: 9000, audioKbps: 128, keyframeS: 2, ...FULL_HD }],
  ["trovo", { videoKbps: 9000, audioKbps: 160, keyframeS: 2, ...FULL_HD }],
  ["x", { videoKbps: 12_000, audioKbps: 128, keyframeS: 3, ...FULL_HD }],
]);

/** Nothing is known of the server but that almost every one wants a keyframe every 2 s. */
const UNKNOWN: PlatformLimits = {
  videoKbps: null,
  audioKbps: null,
  keyframeS: 2,
  longSide: null,
  shortSide: null,
  fps: null,
  codecs: ["H.264", "HEVC", "AV1"],
};

/** The limits of a platform by its id; for an unknown one none but a keyframe every 2 s. */
export function platformLimits(id: string | null): PlatformLimits {
  return (id === null ? undefined : LIMITS.get(id)) ?? UNKNOWN;
}
