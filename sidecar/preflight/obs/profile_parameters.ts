import { textField } from "../../obs/fields.ts";
import type { ObsAnswer, ObsRequest } from "../../obs/session.ts";

/**
 * The only profile parameters that the checks read, as `Section/Name`: others hold the keys and
 * tokens of the user's accounts. Names: obs-studio, frontend/widgets/OBSBasic.cpp.
 */
const PREFLIGHT_PARAMETERS = [
  "Output/Mode",
  "Output/DelayEnable",
  "Output/DelaySec",
  "Output/DynamicBitrate",
  "Output/Reconnect",
  "Output/MaxRetries",
  "Stream1/IgnoreRecommended",
  "Stream1/EnableMultitrackVideo",
  "SimpleOutput/VBitrate",
  "SimpleOutput/ABitrate",
  "SimpleOutput/StreamEncoder",
  "SimpleOutput/UseAdvanced",
  "SimpleOutput/x264Settings",
  "SimpleOutput/RecQuality",
  "SimpleOutput/RecFormat",
  "SimpleOutput/RecFormat2",
  "SimpleOutput/RecRB",
  "AdvOut/Encoder",
  "AdvOut/ApplyServiceSettings",
  "AdvOut/TrackIndex",
  "AdvOut/UseRescale",
  "AdvOut/RescaleFilter",
  "AdvOut/RescaleRes",
  "AdvOut/Track1Bitrate",
  "AdvOut/Track2Bitrate",
  "AdvOut/Track3Bitrate",
  "AdvOut/Track4Bitrate",
  "AdvOut/Track5Bitrate",
  "AdvOut/Track6Bitrate",
  "AdvOut/RecType",
  "AdvOut/RecEncoder",
  "AdvOut/RecFormat",
  "AdvOut/RecFormat2",
  "AdvOut/RecRB",
] as const;

/** Name of a parameter that may be read. */
export type ParameterName = (typeof PREFLIGHT_PARAMETERS)[number];

/** Parameters of the current profile, OBS's defaults included. */
export type Parameters = ReadonlyMap<ParameterName, string>;

/** Longest value that means anything: a line of encoder options. */
const MAX_VALUE_LENGTH = 2_000;

/** Requests for the parameters; answered in this order. */
export const PARAMETER_REQUESTS: readonly ObsRequest[] = PREFLIGHT_PARAMETERS.map((name) => {
  const [parameterCategory = "", parameterName = ""] = name.split("/");
  return { requestType: "GetProfileParameter", requestData: { parameterCategory, parameterName } };
});

/** The parameters from the answers to `PARAMETER_REQUESTS`; absent is what OBS does not have. */
export function readParameters(answers: readonly (ObsAnswer | undefined)[]): Parameters {
  const parameters = new Map<ParameterName, string>();
  PREFLIGHT_PARAMETERS.forEach((name, index) => {
    const answer = answers[index];
    const value = answer?.ok ? textField(answer.data, "parameterValue") : null;
    if (value !== null && value.length <= MAX_VALUE_LENGTH) parameters.set(name, value);
  });
  return parameters;
}

/** Whether a parameter is on; null where OBS does not have it. */
export function isOn(parameters: Parameters, name: ParameterName): boolean | null {
  const value = parameters.get(name)?.toLowerCase();
  if (value === undefined) return null;
  return value === "true" || value === "1";
}

/** A parameter as a number of at least 0; null where OBS has none. */
export function numberOf(parameters: Parameters, name: ParameterName): number | null {
  const value = Number(parameters.get(name) ?? NaN);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

/** Whether OBS is in Advanced output mode. */
export function isAdvanced(parameters: Parameters): boolean {
  return parameters.get("Output/Mode")?.toLowerCase() === "advanced";
}

/** The track, 1 to 6, whose sound is streamed: Simple mode streams the first. */
export function streamedTrack(parameters: Parameters): number {
  if (!isAdvanced(parameters)) return 1;
  const track = numberOf(parameters, "AdvOut/TrackIndex");
  return track !== null && Number.isInteger(track) && track >= 1 && track <= 6 ? track : 1;
}
