import type { Finding } from "../../../shared/preflight.ts";
import { isMainStream } from "../../obs/output_identity.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { keyframeInterval } from "./keyframe_interval.ts";
import { type EncoderSettings, hasBitrate, isConstant } from "./encoder.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import type { ObsAccess } from "./obs_access.ts";
import { quoted, rounded } from "./plain.ts";
import { platformLimits } from "./platform_limits.ts";
import { isAdvanced, isOn } from "./profile_parameters.ts";
import type { StreamSettings, VideoSettings } from "./stream_settings.ts";
import {
  type LimitedTarget,
  limitedTarget,
  serviceTarget,
  type StreamTarget,
} from "./stream_target.ts";

/** Where Advanced and Simple mode have the encoder's settings. */
const ENCODER_ADVANCED = "Settings > Output > Streaming > Encoder Settings";
const ENCODER_SIMPLE = "Settings > Output > Streaming";

/** Gives everything that decides how OBS streams. */
export type ReadSettings = (obs: ObsAccess) => Promise<StreamSettings>;

/**
 * OBS's settings against the limits of each platform, one check a platform; without any, against
 * those of the service that OBS is set to.
 */
export function limitsChecks(
  connect: ConnectObs,
  { targets, read }: { targets: readonly StreamTarget[]; read: ReadSettings },
): Check[] {
  if (targets.length === 0) {
    const name = "OBS: encoder settings";
    return [obsCheck({
      id: "limits",
      name,
      async look(obs) {
        const settings = await read(obs);
        if (settings.service === null) return [skipped("OBS does not tell its stream settings.")];
        return judgeLimits(settings, serviceTarget(settings.service));
      },
    }, connect)];
  }
  return targets.map((target) => {
    const limited = limitedTarget(target);
    return obsCheck({
      id: `limits.${target.name}`,
      name: `${limited.label}: encoder settings`,
      platform: target.name,
      async look(obs) {
        const { output = null } = target;
        if (output !== null && !isMainStream(output)) {
          return [skipped(
            `It is fed by the output ${quoted(output)}, of whose encoder OBS tells nothing.`,
          )];
        }
        return judgeLimits(await read(obs), limited);
      },
    }, connect);
  });
}

/** What a platform would say to these settings. */
export function judgeLimits(settings: StreamSettings, target: LimitedTarget): Finding[] {
  const { service, parameters, encoder, video } = settings;
  const isEnhanced = isOn(parameters, "Stream1/EnableMultitrackVideo") === true &&
    service?.platform?.id === target.id && target.id === "twitch";
  if (isEnhanced) {
    return [
      pass("Enhanced Broadcasting is on: Twitch itself sets size, bitrate and keyframes."),
    ];
  }
  const faults = [
    ...judgePicture(video, target),
    ...judgeAudio(settings, target),
    ...("unknown" in encoder ? [] : judgeEncoder(settings, { encoder, target })),
  ];
  if ("unknown" in encoder) return [...faults, skipped(encoder.unknown)];
  if (faults.length > 0) return faults;
  return [pass(`${describe(settings, encoder)}: within what ${target.label} takes.`)];
}

function judgeEncoder(
  settings: StreamSettings,
  { encoder, target }: { encoder: EncoderSettings; target: LimitedTarget },
): Finding[] {
  return [
    ...judgeCodec(encoder, { target, settings }),
    ...judgeRateControl(encoder, settings),
    ...judgeBitrate(encoder, { target, settings }),
    ...judgeKeyframes(encoder, { target, settings }),
  ];
}

function judgePicture(video: VideoSettings | null, { label, limits }: LimitedTarget): Finding[] {
  if (video === null) return [skipped("OBS does not tell its resolution and frame rate.")];
  const { width, height } = video.output;
  const findings: Finding[] = [];
  const { longSide, shortSide } = limits;
  const isLarge = longSide !== null && Math.max(width, height) > longSide ||
    shortSide !== null && Math.min(width, height) > shortSide;
  if (isLarge) {
    findings.push(warning(`The stream is ${width}×${height}.`, {
      expected: `${longSide}×${shortSide} at most for ${label}`,
      remedy: `Settings > Video > Output (Scaled) Resolution: ${longSide}x${shortSide} or smaller.`,
    }));
  }
  if (limits.fps !== null && video.fps > limits.fps + 0.01) {
    findings.push(warning(`The stream has ${rounded(video.fps, 2)} frames a second.`, {
      expected: `${limits.fps} at most for ${label}`,
      remedy: `Settings > Video > Common FPS Values: ${limits.fps}.`,
    }));
  }
  return findings;
}

function judgeAudio(settings: StreamSettings, { label, limits }: LimitedTarget): Finding[] {
  const { audioKbps, parameters } = settings;
  const held = heldBy(settings)?.audioKbps ?? Infinity;
  if (audioKbps === null || limits.audioKbps === null) return [];
  if (Math.min(audioKbps, held) <= limits.audioKbps) return [];
  return [warning(`Audio has ${rounded(audioKbps, 0)} kbit/s.`, {
    expected: `${limits.audioKbps} kbit/s at most for ${label}`,
    remedy: isAdvanced(parameters)
      ? `Settings > Output > Audio > Audio Bitrate of the streamed track: ${limits.audioKbps}.`
      : `Settings > Output > Streaming > Audio Bitrate: ${limits.audioKbps}.`,
  })];
}

function judgeCodec(
  { codec }: EncoderSettings,
  { target, settings }: { target: LimitedTarget; settings: StreamSettings },
): Finding[] {
  const { codecs } = target.limits;
  if (codecs.includes(codec)) return [];
  return [fail(`The stream is encoded in ${codec}.`, {
    expected: `${codecs.join(", ")} for ${target.label}`,
    remedy: `${encoderPath(settings, "Video Encoder")}: choose one with H.264, ` +
      "as x264, NVENC H.264 or AMD H.264.",
  })];
}

function judgeRateControl({ rateControl }: EncoderSettings, settings: StreamSettings): Finding[] {
  const service = settings.service;
  if (isConstant(rateControl) || service?.listed && isApplied(settings)) return [];
  const remedy = `${encoderPath(settings, "Rate Control")}: CBR.`;
  const seen = `The rate control is ${rateControl.toUpperCase().replace(/[^A-Z0-9_ -]/g, "")}.`;
  const expected = "CBR: platforms and uplinks want a constant bitrate";
  return hasBitrate(rateControl)
    ? [warning(`${seen} Its peaks go above the bitrate that is set.`, { expected, remedy })]
    : [fail(`${seen} It has no bitrate: a busy picture can take any.`, { expected, remedy })];
}

function judgeBitrate(
  encoder: EncoderSettings,
  { target, settings }: { target: LimitedTarget; settings: StreamSettings },
): Finding[] {
  if (!hasBitrate(encoder.rateControl)) return [];
  if (encoder.videoKbps === null) {
    return [skipped("The video bitrate is the encoder's own default, which OBS does not tell.")];
  }
  const limit = target.limits.videoKbps;
  const kbps = effectiveKbps(settings, encoder);
  if (kbps === null || limit === null || kbps <= limit) return [];
  return [fail(`Video has ${rounded(kbps, 0)} kbit/s.`, {
    expected: `${limit} kbit/s at most for ${target.label}`,
    remedy:
      `${encoderPath(settings, isAdvanced(settings.parameters) ? "Bitrate" : "Video Bitrate")}` +
      `: ${limit} or less.`,
  })];
}

function judgeKeyframes(
  encoder: EncoderSettings,
  { target, settings }: { target: LimitedTarget; settings: StreamSettings },
): Finding[] {
  const limit = target.limits.keyframeS;
  const interval = keyframeInterval(encoder, {
    fps: settings.video?.fps ?? null,
    serviceS: serviceKeyframeS(settings),
  });
  if (interval.seconds !== null && interval.seconds <= limit) return [];
  const options = {
    expected: `every ${limit} s for ${target.label}`,
    remedy: keyframeRemedy(limit, { encoder, settings }),
  };
  if (interval.by === "automatic") {
    const meant = interval.seconds === null
      ? "the encoder chooses it"
      : `every 250 frames, ${rounded(interval.seconds, 1)} s at this frame rate`;
    return [warning(`The keyframe interval is automatic: ${meant}.`, options)];
  }
  if (interval.seconds === null) return [];
  const seen = `There is a keyframe only every ${rounded(interval.seconds, 1)} s.`;
  // A little too long, players take longer to start; far too long, platforms cut or refuse.
  return interval.seconds > 2 * limit ? [fail(seen, options)] : [warning(seen, options)];
}

function keyframeRemedy(
  limit: number,
  { encoder, settings }: { encoder: EncoderSettings; settings: StreamSettings },
): string {
  if (isAdvanced(settings.parameters)) {
    return encoder.keyframeFrames === null
      ? `${ENCODER_ADVANCED} > Keyframe Interval: ${limit} s.`
      : `${ENCODER_ADVANCED} > x264 Options: take out keyint, and set Keyframe Interval: ${limit} s.`;
  }
  return `Settings > Output > Output Mode: Advanced, then Streaming > Encoder Settings > ` +
    `Keyframe Interval: ${limit} s. Simple mode has no such setting.`;
}

/** Whether OBS holds the encoder to what a listed service recommends. */
function isApplied({ parameters }: StreamSettings): boolean {
  return !isAdvanced(parameters) || isOn(parameters, "AdvOut/ApplyServiceSettings") !== false;
}

/** Limits of the service to which OBS itself lowers the bitrates; null if it does not. */
function heldBy(settings: StreamSettings) {
  const { service, parameters } = settings;
  const ignores = isOn(parameters, "Stream1/IgnoreRecommended") === true;
  if (service === null || !service.listed || !isApplied(settings) || ignores) return null;
  return platformLimits(service.platform?.id ?? null);
}

/** The video bitrate that is sent; null if it is not known. */
export function effectiveKbps(settings: StreamSettings, encoder: EncoderSettings): number | null {
  const held = heldBy(settings)?.videoKbps ?? Infinity;
  return encoder.videoKbps === null ? null : Math.min(encoder.videoKbps, held);
}

/** Seconds between keyframes that OBS takes from a listed service; null without one. */
function serviceKeyframeS(settings: StreamSettings): number | null {
  const { service } = settings;
  if (service === null || !service.listed || !isApplied(settings)) return null;
  return platformLimits(service.platform?.id ?? null).keyframeS;
}

function encoderPath({ parameters }: StreamSettings, setting: string): string {
  if (!isAdvanced(parameters)) return `${ENCODER_SIMPLE} > ${setting}`;
  return setting === "Video Encoder"
    ? `${ENCODER_SIMPLE} > ${setting}`
    : `${ENCODER_ADVANCED} > ${setting}`;
}

function describe(settings: StreamSettings, encoder: EncoderSettings): string {
  const { video, audioKbps } = settings;
  const kbps = effectiveKbps(settings, encoder);
  const held = kbps !== null && encoder.videoKbps !== null && kbps < encoder.videoKbps
    ? ` (OBS lowers your ${rounded(encoder.videoKbps, 0)} to it)`
    : "";
  const interval = keyframeInterval(encoder, {
    fps: video?.fps ?? null,
    serviceS: serviceKeyframeS(settings),
  });
  return [
    video === null
      ? null
      : `${video.output.width}×${video.output.height} at ${rounded(video.fps, 2)} fps`,
    kbps === null ? encoder.codec : `${encoder.codec} at ${rounded(kbps, 0)} kbit/s${held}`,
    audioKbps === null ? null : `audio at ${rounded(audioKbps, 0)} kbit/s`,
    interval.seconds === null ? null : `a keyframe every ${rounded(interval.seconds, 1)} s`,
  ].filter((part) => part !== null).join(", ");
}
