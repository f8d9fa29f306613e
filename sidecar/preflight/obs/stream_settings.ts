import { countField, fieldsOf, textField } from "../../obs/fields.ts";
import { type ProfileFiles, profileFolder } from "../../obs/profile_folder.ts";
import type { ObsAnswer, ObsRequest } from "../../obs/session.ts";
import { codecOf, type EncoderSettings, keyframesIn, readEncoder } from "./encoder.ts";
import type { ObsAccess } from "./obs_access.ts";
import {
  isAdvanced,
  isOn,
  numberOf,
  PARAMETER_REQUESTS,
  type Parameters,
  readParameters,
  streamedTrack,
} from "./profile_parameters.ts";
import { readServiceFacts, type ServiceFacts } from "./service_facts.ts";

/** The picture that OBS makes. */
export interface VideoSettings {
  canvas: { width: number; height: number };
  /** What is encoded. */
  output: { width: number; height: number };
  fps: number;
}

/** Everything that decides how OBS streams. */
export interface StreamSettings {
  parameters: Parameters;
  service: ServiceFacts | null;
  video: VideoSettings | null;
  /** kbit/s; null if OBS does not tell. */
  audioKbps: number | null;
  /** What the encoder is set to, or why it is not known. */
  encoder: EncoderSettings | { unknown: string };
}

/** Requests for what has no place in the profile's parameters; answered in this order. */
const SETTINGS_REQUESTS: readonly ObsRequest[] = [
  { requestType: "GetVideoSettings" },
  { requestType: "GetStreamServiceSettings" },
  { requestType: "GetProfileList" },
];

/** Largest settings file of an encoder that is read, in characters. */
const MAX_FILE_LENGTH = 100_000;

/** Asks OBS, and its files where it runs here, for everything that decides how it streams. */
export async function readStreamSettings(
  obs: ObsAccess,
  files: ProfileFiles,
): Promise<StreamSettings> {
  const answers = await obs.batch([...SETTINGS_REQUESTS, ...PARAMETER_REQUESTS]);
  const [video, service, profiles] = answers;
  const parameters = readParameters(answers.slice(SETTINGS_REQUESTS.length));
  const profile = textField(fieldsOf(profiles?.data), "currentProfileName");
  return {
    parameters,
    service: readServiceFacts(service),
    video: readVideo(video, parameters),
    audioKbps: audioKbpsOf(parameters),
    encoder: isAdvanced(parameters)
      ? await readAdvancedEncoder(parameters, { profile, obs, files })
      : simpleEncoder(parameters),
  };
}

/** The picture, from the answer to `GetVideoSettings` and Advanced mode's own scaling. */
export function readVideo(
  answer: ObsAnswer | undefined,
  parameters: Parameters,
): VideoSettings | null {
  const data = fieldsOf(answer?.data);
  const size = (prefix: string) => {
    const width = countField(data, `${prefix}Width`);
    const height = countField(data, `${prefix}Height`);
    return width && height ? { width, height } : null;
  };
  const [canvas, output] = [size("base"), size("output")];
  const [numerator, denominator] = [
    countField(data, "fpsNumerator"),
    countField(data, "fpsDenominator"),
  ];
  if (answer?.ok !== true || canvas === null || output === null || !numerator || !denominator) {
    return null;
  }
  return {
    canvas,
    output: rescaled(parameters) ?? output,
    fps: numerator / denominator,
  };
}

/** Size that Advanced mode's "Rescale Output" sets; OBS 30 made a choice of the tick box. */
function rescaled(parameters: Parameters): { width: number; height: number } | null {
  const on = isOn(parameters, "AdvOut/UseRescale") === true ||
    (numberOf(parameters, "AdvOut/RescaleFilter") ?? 0) > 0;
  if (!isAdvanced(parameters) || !on) return null;
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(
    parameters.get("AdvOut/RescaleRes") ?? "",
  ) ?? [];
  return Number(width) > 0 && Number(height) > 0
    ? { width: Number(width), height: Number(height) }
    : null;
}

function audioKbpsOf(parameters: Parameters): number | null {
  if (!isAdvanced(parameters)) return numberOf(parameters, "SimpleOutput/ABitrate");
  const track = streamedTrack(parameters) as 1 | 2 | 3 | 4 | 5 | 6;
  return numberOf(parameters, `AdvOut/Track${track}Bitrate`);
}

/** Simple mode sets CBR and the bitrate, and leaves the keyframes to service and encoder. */
export function simpleEncoder(parameters: Parameters): EncoderSettings {
  const id = parameters.get("SimpleOutput/StreamEncoder") ?? "x264";
  const custom = isOn(parameters, "SimpleOutput/UseAdvanced") === true && id.startsWith("x264")
    ? parameters.get("SimpleOutput/x264Settings") ?? null
    : null;
  return {
    id,
    codec: codecOf(id),
    rateControl: "CBR",
    videoKbps: numberOf(parameters, "SimpleOutput/VBitrate"),
    keyframeS: null,
    keyframeFrames: keyframesIn(custom),
  };
}

async function readAdvancedEncoder(
  parameters: Parameters,
  { profile, obs, files }: { profile: string | null; obs: ObsAccess; files: ProfileFiles },
): Promise<StreamSettings["encoder"]> {
  if (!obs.local) {
    return {
      unknown: "OBS runs on another machine, where its encoder's settings file cannot be read.",
    };
  }
  if (profile === null || obs.configRoot === null) {
    return { unknown: "OBS's profile folder was not found, so its encoder settings are unknown." };
  }
  const id = parameters.get("AdvOut/Encoder") ?? "obs_x264";
  try {
    const folder = await profileFolder(profile, { root: obs.configRoot, files });
    if (folder === null) {
      return {
        unknown: "OBS's profile folder was not found, so its encoder settings are unknown.",
      };
    }
    return readEncoder(id, await readSettingsFile(`${folder}/streamEncoder.json`, files));
  } catch {
    return {
      unknown: "OBS's streamEncoder.json cannot be read, so its encoder settings are unknown. " +
        "Settings > Output > press OK writes it anew.",
    };
  }
}

/** OBS writes the file when something differs from the encoder's defaults: none means none. */
async function readSettingsFile(path: string, { readText }: ProfileFiles): Promise<
  ReturnType<typeof fieldsOf>
> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
  if (text.length > MAX_FILE_LENGTH) throw new Error(`${path} is too large`);
  return fieldsOf(JSON.parse(text));
}
