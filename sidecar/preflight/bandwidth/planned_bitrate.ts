import { isMainStream } from "../../obs/output_identity.ts";
import { hasBitrate } from "../obs/encoder.ts";
import { effectiveKbps, type ReadSettings } from "../obs/limits.ts";
import type { ConnectObs } from "../obs/obs_check.ts";
import { limitedTarget, type StreamTarget } from "../obs/stream_target.ts";

/** What is taken for a platform without a known limit while OBS does not tell: as most advise. */
const USUAL_VIDEO_KBPS = 6000;
const USUAL_AUDIO_KBPS = 160;

/** What an output is going to send. */
export interface PlannedBitrate {
  /** kbit/s, picture and sound. */
  kbps: number;
  /** Where that comes from, as a person reads it. */
  source: string;
}

/** Tells what is going to be sent to a platform. */
export type PlanBitrate = (
  target: StreamTarget,
) => Promise<PlannedBitrate>;

/**
 * Makes the function that plans: the bitrates that OBS is set to, but no more video than the
 * platform takes; without OBS, the platform's limit.
 */
export function createBitratePlan(
  { connect, read }: { connect: ConnectObs; read: ReadSettings },
): PlanBitrate {
  return async (target) => {
    const limit = limitedTarget(target).limits.videoKbps;
    const isOwn = target.output == null || isMainStream(target.output);
    // A plugin's output may have an encoder of its own, which OBS does not tell.
    const settings = isOwn ? await configured({ connect, read }) : null;
    const audioKbps = settings?.audioKbps ?? USUAL_AUDIO_KBPS;
    if (settings?.videoKbps == null) {
      return {
        kbps: (limit ?? USUAL_VIDEO_KBPS) + audioKbps,
        source: limit === null ? "a usual bitrate, for OBS does not tell its own" : "its limit",
      };
    }
    const videoKbps = Math.min(settings.videoKbps, limit ?? Infinity);
    return { kbps: videoKbps + audioKbps, source: "OBS's bitrate" };
  };
}

async function configured(
  { connect, read }: { connect: ConnectObs; read: ReadSettings },
): Promise<{ videoKbps: number | null; audioKbps: number | null } | null> {
  try {
    const settings = await read(await connect());
    const { encoder, audioKbps } = settings;
    const known = !("unknown" in encoder) && hasBitrate(encoder.rateControl);
    return { videoKbps: known ? effectiveKbps(settings, encoder) : null, audioKbps };
  } catch {
    return null;
  }
}
