import { AUTO_KEYFRAME_FRAMES, type EncoderSettings, hasKnownAutomatic } from "./encoder.ts";

/** Time between keyframes, and who decides it. */
export interface KeyframeInterval {
  /** Null where the encoder chooses, or the frame rate is not known. */
  seconds: number | null;
  by: "user" | "service" | "automatic";
}

/**
 * The interval that OBS will use. A listed service's recommendation stands in for "automatic" and
 * caps what the user set (obs-studio, AdvancedOutput::UpdateStreamSettings).
 * @param options.serviceS what OBS takes from the service; null if from none
 */
export function keyframeInterval(
  { id, keyframeS, keyframeFrames }: EncoderSettings,
  { fps, serviceS }: { fps: number | null; serviceS: number | null },
): KeyframeInterval {
  if (keyframeFrames !== null) {
    return { seconds: fps === null ? null : keyframeFrames / fps, by: "user" };
  }
  if (serviceS !== null && (keyframeS === null || keyframeS >= serviceS)) {
    return { seconds: serviceS, by: "service" };
  }
  if (keyframeS !== null) return { seconds: keyframeS, by: "user" };
  const isKnown = fps !== null && hasKnownAutomatic(id);
  return { seconds: isKnown ? AUTO_KEYFRAME_FRAMES / fps : null, by: "automatic" };
}
