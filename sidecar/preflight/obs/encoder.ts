/** OBS's video encoders: what they produce, and what they do where nothing is set. */
import { type Fields, positiveField, textField } from "../../obs/fields.ts";

/** Codecs that OBS streams in. */
export type Codec = "H.264" | "HEVC" | "AV1";

/** What an encoder is set to. */
export interface EncoderSettings {
  /** OBS's id of the encoder, or Simple mode's short name. */
  id: string;
  codec: Codec;
  /** As OBS writes it: `CBR`, `VBR`, `CQP`. */
  rateControl: string;
  /** kbit/s; null for an encoder's own default that is not known. */
  videoKbps: number | null;
  /** Seconds between keyframes that the user set; null for automatic. */
  keyframeS: number | null;
  /** Frames between keyframes from custom x264 options; null without. */
  keyframeFrames: number | null;
}

/** Frames between keyframes where x264 and NVENC are left to themselves (obs-x264.c, nvenc.c). */
export const AUTO_KEYFRAME_FRAMES = 250;

/** kbit/s of x264 where nothing is set (obs-studio, plugins/obs-x264/obs-x264.c). */
const X264_DEFAULT_KBPS = 2_500;

/** Seconds of VideoToolbox where nothing is set (plugins/mac-videotoolbox/encoder.c). */
const VIDEOTOOLBOX_KEYFRAME_S = 2;

/** Codec of an encoder, from its id: `obs_x264`, `jim_hevc_nvenc`, `nvenc_av1`, `ffmpeg_svt_av1`. */
export function codecOf(encoder: string): Codec {
  if (/hevc|h265/i.test(encoder)) return "HEVC";
  return /av1/i.test(encoder) ? "AV1" : "H.264";
}

/** What the settings of Advanced mode's `streamEncoder.json` mean for the encoder with this id. */
export function readEncoder(id: string, settings: Fields): EncoderSettings {
  const isX264 = /x264/i.test(id);
  const keyframeS = positiveField(settings, "keyint_sec") ??
    (/videotoolbox/i.test(id) ? VIDEOTOOLBOX_KEYFRAME_S : 0);
  return {
    id,
    codec: codecOf(id),
    // Encoders without a rate control setting are all CBR.
    rateControl: (textField(settings, "rate_control") ?? "CBR").slice(0, 20),
    videoKbps: positiveField(settings, "bitrate") ?? (isX264 ? X264_DEFAULT_KBPS : null),
    keyframeS: keyframeS > 0 ? keyframeS : null,
    keyframeFrames: isX264 ? keyframesIn(textField(settings, "x264opts")) : null,
  };
}

/** Frames between keyframes in a line of x264 options (`keyint=120 bframes=2`); null without. */
export function keyframesIn(options: string | null): number | null {
  const frames = Number(/(?:^|\s)keyint=(\d{1,5})(?=\s|$)/.exec(options ?? "")?.[1] ?? 0);
  return frames > 0 ? frames : null;
}

/**
 * Whether a rate control holds to a bitrate. AMD has HQCBR, HQVBR and QVBR (texture-amf.cpp),
 * Quick Sync AVBR, QVBR and VCM (obs-qsv11.c), NVENC CQVBR (nvenc-properties.c).
 */
export function hasBitrate(rateControl: string): boolean {
  return /CBR|VBR|ABR|VCM/i.test(rateControl);
}

/** Whether a rate control keeps the bitrate constant. */
export function isConstant(rateControl: string): boolean {
  return /^(HQ)?CBR/i.test(rateControl);
}

/** Whether the encoder makes 250 frames of "automatic": x264 and NVENC do, others decide anew. */
export function hasKnownAutomatic(encoder: string): boolean {
  return /x264|nvenc/i.test(encoder);
}
