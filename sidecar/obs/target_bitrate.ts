import { fieldsOf, positiveField, textField } from "./fields.ts";
import type { ObsFacts } from "./facts.ts";
import { type ProfileFiles, profileFolder } from "./profile_folder.ts";

/**
 * The video bitrate in kbit/s that the user set for the main stream, within what OBS lets the
 * service have. In Simple mode it stands in the profile, in Advanced mode in its
 * `streamEncoder.json`.
 * @returns null if it cannot be known: files unreadable, encoder without a bitrate
 */
export async function targetBitrateKbps(
  facts: ObsFacts,
  { root, files }: { root: string | null; files: ProfileFiles },
): Promise<number | null> {
  const isAdvanced = facts.profileParameters.get("Output/Mode")?.toLowerCase() === "advanced";
  const configured = isAdvanced
    ? await advancedBitrateKbps(facts.profile, { root, files })
    : simpleBitrateKbps(facts);
  return configured === null ? null : withinLimit(configured, facts);
}

function simpleBitrateKbps(facts: ObsFacts): number | null {
  const value = Number(facts.profileParameters.get("SimpleOutput/VBitrate") ?? NaN);
  return Number.isFinite(value) && value > 0 ? value : null;
}

async function advancedBitrateKbps(
  profile: string | null,
  { root, files }: { root: string | null; files: ProfileFiles },
): Promise<number | null> {
  if (profile === null || root === null) return null;
  try {
    const folder = await profileFolder(profile, { root, files });
    if (folder === null) return null;
    const encoder = fieldsOf(JSON.parse(await files.readText(`${folder}/streamEncoder.json`)));
    // Encoders without a rate control setting are all CBR; CQP, CRF and ICQ have no bitrate. AMD's
    // have HQCBR and HQVBR too (obs-studio, plugins/obs-ffmpeg/texture-amf.cpp).
    const rateControl = textField(encoder, "rate_control") ?? "CBR";
    if (!/^(HQ)?(CBR|VBR|ABR)/i.test(rateControl)) return null;
    // OBS leaves out what is at its default, and that default is the encoder's own.
    return positiveField(encoder, "bitrate");
  } catch {
    return null;
  }
}

function withinLimit(kbps: number, facts: ObsFacts): number {
  const limit = facts.service.name === null ? null : facts.service.platform?.maxVideoKbps ?? null;
  const ignored = facts.profileParameters.get("Stream1/IgnoreRecommended")?.toLowerCase();
  return limit === null || ignored === "true" ? kbps : Math.min(kbps, limit);
}
