/** Answers requests as obs-websocket does, for a simulated OBS. */
import type { Fields } from "../../../sidecar/obs/fields.ts";
import { type ObsAnswer, type ObsRequest, STATUS_NOT_READY } from "../../../sidecar/obs/session.ts";
import type { Evening } from "./evening.ts";
import type { SimulatedOutput } from "./output.ts";
import { isMic, SOUND_INPUTS } from "./sound.ts";

/** RequestStatus of obs-websocket's protocol. */
const SUCCESS = 100;
const UNKNOWN_REQUEST = 204;
const NOT_FOUND = 600;

/** Where OBS records to. */
const RECORD_DIRECTORY = "/home/streamer/Videos";

/** What the answers tell of. */
export interface ObsKnowledge {
  evening: Evening;
  outputs: readonly SimulatedOutput[];
  scene: string;
  micMuted: boolean;
  /** Whether OBS loads another scene collection. */
  isChanging: boolean;
  stats: Fields;
}

/** OBS's answer to a request. */
export function answerRequest(request: ObsRequest, knowledge: ObsKnowledge): ObsAnswer {
  if (knowledge.isChanging) return { ok: false, code: STATUS_NOT_READY, data: {} };
  const answer = ANSWERS[request.requestType];
  if (answer === undefined) return { ok: false, code: UNKNOWN_REQUEST, data: {} };
  const data = answer(knowledge, request.requestData ?? {});
  return data === null
    ? { ok: false, code: NOT_FOUND, data: {} }
    : { ok: true, code: SUCCESS, data };
}

type Answer = (knowledge: ObsKnowledge, data: Fields) => Fields | null;

const ANSWERS: Readonly<Record<string, Answer>> = {
  GetStats: ({ stats }) => stats,
  GetOutputList: ({ outputs }) => ({
    outputs: outputs.map(({ name, kind, active }) => ({
      outputName: name,
      outputKind: kind,
      outputActive: active,
      outputWidth: 1920,
      outputHeight: 1080,
      outputFlags: {},
    })),
  }),
  GetOutputStatus: ({ outputs, evening }, { outputName }) =>
    outputs.find(({ name }) => name === outputName)?.status(evening.fps) ?? null,
  GetStreamStatus: ({ outputs, evening }) => outputs[0]?.status(evening.fps) ?? null,
  GetRecordStatus({ outputs, evening }) {
    const output = outputs.find(({ kind }) => kind === "ffmpeg_muxer");
    const status = output?.status(evening.fps) ?? {};
    return {
      outputActive: output?.active ?? false,
      outputPaused: output?.paused ?? false,
      outputTimecode: "00:00:00.000",
      outputDuration: status["outputDuration"] ?? 0,
      outputBytes: status["outputBytes"] ?? 0,
    };
  },
  GetCurrentProgramScene: ({ scene }) => ({
    sceneName: scene,
    currentProgramSceneName: scene,
  }),
  GetVersion: () => ({ obsVersion: "31.0.2", obsWebSocketVersion: "5.5.4", rpcVersion: 1 }),
  GetVideoSettings: ({ evening }) => ({ fpsNumerator: evening.fps, fpsDenominator: 1 }),
  GetStreamServiceSettings: () => ({
    streamServiceType: "rtmp_custom",
    streamServiceSettings: { server: "rtmp://127.0.0.1:1935/live", key: "" },
  }),
  GetRecordDirectory: () => ({ recordDirectory: RECORD_DIRECTORY }),
  GetProfileList: () => ({ currentProfileName: "Untitled", profiles: ["Untitled"] }),
  GetProfileParameter: ({ evening }, { parameterCategory, parameterName }) => ({
    parameterValue: profileOf(evening)[`${parameterCategory}/${parameterName}`] ?? null,
    defaultParameterValue: null,
  }),
  GetInputList: () => ({
    inputs: SOUND_INPUTS.map((inputName) => ({
      inputName,
      inputKind: isMic(inputName) ? "wasapi_input_capture" : "wasapi_output_capture",
      unversionedInputKind: isMic(inputName) ? "wasapi_input_capture" : "wasapi_output_capture",
    })),
  }),
  GetSpecialInputs: () => ({
    desktop1: SOUND_INPUTS[0],
    desktop2: null,
    mic1: SOUND_INPUTS[1],
    mic2: null,
    mic3: null,
    mic4: null,
  }),
  GetInputMute: ({ micMuted }, { inputName }) => ({ inputMuted: isMic(inputName) && micMuted }),
  GetInputVolume: () => ({ inputVolumeMul: 1, inputVolumeDb: 0 }),
  GetInputAudioTracks: () => ({
    inputAudioTracks: { 1: true, 2: true, 3: false, 4: false, 5: false, 6: false },
  }),
  GetInputAudioMonitorType: () => ({ monitorType: "OBS_MONITORING_TYPE_NONE" }),
};

function profileOf({ kbps, rateControl, incident }: Evening): Record<string, string> {
  return {
    "Output/Mode": rateControl === "VBR" ? "Advanced" : "Simple",
    "Output/DynamicBitrate": String(incident.kind === "dynamic_bitrate"),
    "SimpleOutput/VBitrate": String(kbps),
    "SimpleOutput/RecTracks": "1",
    "AdvOut/TrackIndex": "1",
  };
}
