import type { OutputKind } from "../../shared/telemetry.ts";
import { cleanText } from "../../shared/text.ts";
import { type Ingest, parseIngest } from "./ingest.ts";
import { type Platform, platformByHost, platformByName } from "./platforms.ts";

/** What the main stream's service says, without its key. */
export interface StreamService {
  /** OBS's name of the service ("Twitch"), or null for a custom server. */
  name: string | null;
  platform: Platform | null;
  ingest: Ingest | null;
  /** Whether several audio tracks can be sent: over SRT and RIST (obs-studio, AdvancedOutput.cpp). */
  takesTracks: boolean;
}

/** What one of OBS's outputs is. */
export interface OutputIdentity {
  /** OBS's name for it, as harmless text. */
  id: string;
  name: string;
  kind: OutputKind;
  platform: string | null;
  /** Whether the output's protocol tells of dropped frames. */
  reportsDrops: boolean;
  /** Whether the output's protocol tells of congestion. */
  reportsCongestion: boolean;
  /** Whether it is the stream that OBS's own Start Streaming button starts. */
  isMainStream: boolean;
  /** Whether it is the recording that OBS's own Start Recording button starts. */
  isMainRecording: boolean;
  /** Whether it is sent at the bitrate that the profile sets. */
  hasProfileBitrate: boolean;
}

/** The main stream under Enhanced Broadcasting: the platform sets its bitrates. */
const MULTITRACK_STREAM = "rtmp multitrack video";

/** Outputs of the main stream, by OBS's output mode (obs-studio, frontend/utility). */
const MAIN_STREAMS = new Set(["simple_stream", "adv_stream", MULTITRACK_STREAM]);

/** Whether an output, by its name in OBS, is OBS's own stream and no plugin's. */
export function isMainStream(outputName: string): boolean {
  return MAIN_STREAMS.has(outputName);
}

/** Outputs that OBS's auto-configuration wizard makes and that carry no stream. */
const WIZARD_OUTPUTS = new Set(["test_stream", "null"]);

/** Outputs of the main recording, by OBS's output mode (obs-studio, frontend/utility). */
const RECORDINGS = new Set([
  "simple_file_output",
  "adv_file_output",
  "simple_ffmpeg_output",
  "adv_ffmpeg_output",
]);

const NETWORK_KINDS = /^(rtmp_output|ffmpeg_mpegts_muxer|ffmpeg_hls_muxer|whip_output|ftl_output)$/;
const FILE_KINDS = /^(ffmpeg_muxer|mp4_output|mov_output|flv_output)$/;
/** Kinds with a `get_dropped_frames` callback in obs-studio's plugins. */
const DROP_KINDS = new Set(["rtmp_output", "ffmpeg_hls_muxer", "ftl_output"]);

/** Name prefixes that multistream plugins give their outputs, before the target's own name. */
const PLUGIN_PREFIXES = [
  "aitum_multi_output_",
  "Aitum Stream Suite Output ",
  "vertical_canvas_stream_",
];

/**
 * What an output is, from the name and kind that `GetOutputList` gives.
 * @returns null for outputs that only OBS's auto-configuration uses
 */
export function identifyOutput(
  output: { outputName: string; outputKind: string; copies: number },
  service: StreamService,
): OutputIdentity | null {
  const { outputName, outputKind, copies } = output;
  if (WIZARD_OUTPUTS.has(outputName)) return null;
  const isMainStream = MAIN_STREAMS.has(outputName);
  const kind = kindOf(outputName, outputKind);
  const target = targetName(outputName);
  const platform = isMainStream
    ? service.platform
    : kind === "stream"
    ? platformByName(target)
    : null;
  return {
    id: cleanText(outputName) || "unnamed",
    name: displayName({ outputName, kind, target, copies, isMainStream }, { service, platform }),
    kind,
    platform: platform?.id ?? null,
    reportsDrops: kind === "stream" && DROP_KINDS.has(outputKind),
    reportsCongestion: kind === "stream" && outputKind === "rtmp_output",
    isMainStream,
    isMainRecording: RECORDINGS.has(outputName),
    hasProfileBitrate: isMainStream && outputName !== MULTITRACK_STREAM,
  };
}

/** The main stream's service from OBS's service name and server URL. */
export function identifyService(name: string | null, server: string | null): StreamService {
  const byName = name === null ? null : platformByName(name);
  const direct = server === null ? null : parseIngest(server);
  const platform = byName ?? (direct === null ? null : platformByHost(direct.host));
  const auto = platform?.autoIngest ?? null;
  return {
    name,
    platform,
    ingest: direct ?? (auto === null ? null : parseIngest(auto)),
    takesTracks: /^\s*(srt|rist):/i.test(server ?? ""),
  };
}

function kindOf(outputName: string, outputKind: string): OutputKind {
  if (outputKind === "replay_buffer") return "replay";
  if (outputName === "virtualcam_output" || outputKind === "virtualcam_output") return "virtualcam";
  if (RECORDINGS.has(outputName) || outputName.startsWith("vertical_canvas_record")) {
    return "record";
  }
  if (NETWORK_KINDS.test(outputKind) || MAIN_STREAMS.has(outputName)) return "stream";
  if (PLUGIN_PREFIXES.some((prefix) => outputName.startsWith(prefix))) return "stream";
  if (FILE_KINDS.test(outputKind)) return "record";
  return "other";
}

/** The output's name without what a plugin puts before it. */
function targetName(outputName: string): string {
  const prefix = PLUGIN_PREFIXES.find((known) => outputName.startsWith(known));
  return prefix === undefined ? outputName : outputName.slice(prefix.length);
}

function displayName(
  output: {
    outputName: string;
    kind: OutputKind;
    target: string;
    copies: number;
    isMainStream: boolean;
  },
  { service, platform }: { service: StreamService; platform: Platform | null },
): string {
  if (output.isMainStream) {
    return cleanText(platform?.name ?? service.name ?? service.ingest?.host ?? "Stream");
  }
  if (output.outputName === "multi-output") {
    return output.copies > 1
      ? `Multi-RTMP (${output.copies} targets, figures of one)`
      : "Multi-RTMP";
  }
  if (output.outputName === "vertical_canvas_stream") return "Vertical";
  if (output.outputName === "vertical_canvas_record") return "Vertical recording";
  if (output.kind === "record") return "Recording";
  if (output.kind === "replay") return "Replay buffer";
  if (output.kind === "virtualcam") return "Virtual camera";
  return cleanText(output.target) || "Unnamed output";
}
