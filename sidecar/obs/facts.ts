import { cleanText } from "../../shared/text.ts";
import { countField, type Fields, textField } from "./fields.ts";
import { identifyService, type StreamService } from "./output_identity.ts";
import type { ObsAnswer, ObsRequest } from "./session.ts";

/** What changes seldom: read on connecting, on a state change, and every few seconds. */
export interface ObsFacts {
  /** OBS's version. */
  version: string | null;
  targetFps: number | null;
  service: StreamService;
  /** Folder that OBS records to. */
  recordDirectory: string | null;
  profile: string | null;
  /** Parameters of the profile by `Section/Name`; null where OBS has none. */
  profileParameters: ReadonlyMap<string, string | null>;
}

/** Facts when nothing is known. */
export const NO_FACTS: ObsFacts = {
  version: null,
  targetFps: null,
  service: { name: null, platform: null, ingest: null, takesTracks: false },
  recordDirectory: null,
  profile: null,
  profileParameters: new Map(),
};

/**
 * The only profile parameters that are ever read: others hold the keys and tokens of the user's
 * accounts.
 */
const PROFILE_PARAMETERS = [
  ["Output", "Mode"],
  ["SimpleOutput", "VBitrate"],
  ["Stream1", "IgnoreRecommended"],
  ["AdvOut", "TrackIndex"],
  ["AdvOut", "StreamMultiTrackAudioMixes"],
] as const;

/** Requests that read the facts; answered in this order. */
export const FACT_REQUESTS: readonly ObsRequest[] = [
  { requestType: "GetVersion" },
  { requestType: "GetVideoSettings" },
  { requestType: "GetStreamServiceSettings" },
  { requestType: "GetRecordDirectory" },
  { requestType: "GetProfileList" },
  ...PROFILE_PARAMETERS.map(([parameterCategory, parameterName]) => ({
    requestType: "GetProfileParameter",
    requestData: { parameterCategory, parameterName },
  })),
];

/** The facts from the answers to `FACT_REQUESTS`; what OBS did not answer stays as it was. */
export function readFacts(answers: readonly ObsAnswer[], before: ObsFacts): ObsFacts {
  const [version, video, service, directory, profiles, ...parameters] = answers;
  const read = <T>(answer: ObsAnswer | undefined, old: T, from: (data: Fields) => T): T =>
    answer?.ok ? from(answer.data) : old;
  return {
    version: read(version, before.version, (data) => shortText(textField(data, "obsVersion"))),
    targetFps: read(video, before.targetFps, readFps),
    service: read(service, before.service, readService),
    recordDirectory: read(
      directory,
      before.recordDirectory,
      (data) => textField(data, "recordDirectory"),
    ),
    profile: read(profiles, before.profile, (data) => textField(data, "currentProfileName")),
    profileParameters: new Map(PROFILE_PARAMETERS.map(([category, name], index) => {
      const key = `${category}/${name}`;
      const old = before.profileParameters.get(key) ?? null;
      return [key, read(parameters[index], old, (data) => textField(data, "parameterValue"))];
    })),
  };
}

function readFps(data: Fields): number | null {
  const numerator = countField(data, "fpsNumerator");
  const denominator = countField(data, "fpsDenominator");
  return numerator && denominator ? numerator / denominator : null;
}

/** Takes the service's name and server and leaves the rest, which holds the stream key. */
function readService(data: Fields): StreamService {
  const settings = data["streamServiceSettings"];
  const fields = typeof settings === "object" && settings !== null ? settings as Fields : {};
  const isCustom = textField(data, "streamServiceType") === "rtmp_custom";
  return identifyService(
    isCustom ? null : shortText(textField(fields, "service")),
    textField(fields, "server"),
  );
}

function shortText(text: string | null): string | null {
  return text === null ? null : cleanText(text);
}
