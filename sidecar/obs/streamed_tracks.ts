import type { ObsFacts } from "./facts.ts";

/** The track that is streamed unless the user chose another. */
const FIRST_TRACK = 1;

/** The tracks, 1 to 6, whose sound viewers of the main stream can hear. */
export function streamedTracks(
  { profileParameters, service }: Pick<ObsFacts, "profileParameters" | "service">,
): ReadonlySet<number> {
  const read = (name: string) => profileParameters.get(name) ?? null;
  // Simple mode streams the first (obs-studio, frontend/utility/SimpleOutput.cpp).
  if (read("Output/Mode")?.toLowerCase() !== "advanced") return new Set([FIRST_TRACK]);
  const chosen = service.takesTracks
    ? tracksOf(Number(read("AdvOut/StreamMultiTrackAudioMixes")))
    : [Number(read("AdvOut/TrackIndex"))];
  const tracks = chosen.filter((track) => Number.isInteger(track) && track >= 1 && track <= 6);
  return new Set(tracks.length > 0 ? tracks : [FIRST_TRACK]);
}

/** Tracks from their bits: the lowest is the first (frontend/utility/AdvancedOutput.cpp). */
function tracksOf(mask: number): number[] {
  return [1, 2, 3, 4, 5, 6].filter((track) => (mask & (1 << (track - 1))) !== 0);
}
