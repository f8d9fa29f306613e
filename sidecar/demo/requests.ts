import type { OutputControls } from "./output_controls.ts";
import { isJsonObject, type JsonObject, RPC_VERSION, STATUS } from "./protocol.ts";
import {
  createOutput,
  type OutputRole,
  type SimulatedInput,
  type SimulatedOutput,
  type SimulatedState,
} from "./state.ts";

/** What became of a request. */
export interface RequestResult {
  code: number;
  comment?: string;
  /** The response data; absent where a request has none. */
  data?: unknown;
}

/** What answering a request needs. */
export interface RequestContext {
  state: SimulatedState;
  controls: OutputControls;
  /** Messages of the session that asks. */
  session: { incoming: number; outgoing: number };
}

type Handler = (context: RequestContext, data: JsonObject | null) => RequestResult;

function success(data?: JsonObject): RequestResult {
  return data ? { code: STATUS.success, data } : { code: STATUS.success };
}

/** A field that must be a text with something in it; else why the request fails. */
function textField(data: JsonObject | null, name: string): string | RequestResult {
  if (!data) return { code: STATUS.missingRequestData, comment: "The request has no data" };
  const value = data[name];
  if (value === undefined || value === null) {
    return { code: STATUS.missingRequestField, comment: `The request has no ${name}` };
  }
  if (typeof value !== "string") {
    return { code: STATUS.invalidRequestFieldType, comment: `${name} is not a text` };
  }
  if (value === "") return { code: STATUS.requestFieldEmpty, comment: `${name} is empty` };
  return value;
}

function findRole(state: SimulatedState, role: OutputRole): SimulatedOutput | undefined {
  const outputs = state.outputs.filter((output) => output.role === role);
  return outputs.find(({ active }) => active) ?? outputs[0];
}

/** Running time in ms as OBS derives it: frames × frame time, and 0 for an output that is stopped. */
function durationMs(output: SimulatedOutput, { video }: SimulatedState): number {
  const frameMs = 1000 * video.fpsDenominator / video.fpsNumerator;
  return output.active ? Math.floor(output.totalFrames * frameMs) : 0;
}

function timecode(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const milliseconds = String(ms % 1000).padStart(3, "0");
  return `${two(ms / 3_600_000)}:${two(ms / 60_000 % 60)}:${two(ms / 1000 % 60)}.${milliseconds}`;
}

function outputStatus(output: SimulatedOutput, state: SimulatedState): JsonObject {
  const duration = durationMs(output, state);
  return {
    outputActive: output.active,
    outputReconnecting: output.reconnecting,
    outputTimecode: timecode(duration),
    outputDuration: duration,
    outputCongestion: output.congestion,
    outputBytes: output.bytes,
    outputSkippedFrames: output.droppedFrames,
    outputTotalFrames: output.totalFrames,
  };
}

/** Flags that OBS gives its output kinds. Source: the `obs_output_info` of each in OBS's plugins. */
function outputFlags(kind: string): JsonObject {
  const virtual = kind === "virtualcam_output";
  const toFile = ["ffmpeg_muxer", "mp4_output", "mov_output", "replay_buffer"].includes(kind);
  return {
    OBS_OUTPUT_AUDIO: !virtual,
    OBS_OUTPUT_VIDEO: true,
    OBS_OUTPUT_ENCODED: !virtual,
    OBS_OUTPUT_MULTI_TRACK: !virtual,
    OBS_OUTPUT_SERVICE: !virtual && !toFile,
  };
}

function getStreamStatus({ state }: RequestContext): RequestResult {
  const status = outputStatus(findRole(state, "stream") ?? createOutput("adv_stream"), state);
  if (Number.isNaN(status.outputCongestion)) status.outputCongestion = 0;
  return success(status);
}

function getRecordStatus({ state }: RequestContext): RequestResult {
  const output = findRole(state, "record") ?? createOutput("adv_file_output");
  const { outputActive, outputTimecode, outputDuration, outputBytes } = outputStatus(output, state);
  const outputPaused = output.paused;
  return success({ outputActive, outputPaused, outputTimecode, outputDuration, outputBytes });
}

function getOutputStatus({ state }: RequestContext, data: JsonObject | null): RequestResult {
  const name = textField(data, "outputName");
  if (typeof name !== "string") return name;
  const output = state.outputs.find((candidate) => candidate.name === name);
  if (!output) return { code: STATUS.resourceNotFound, comment: `There is no output ${name}` };
  return success(outputStatus(output, state));
}

function getOutputList({ state }: RequestContext): RequestResult {
  const outputs = state.outputs.map((output) => ({
    outputName: output.name,
    outputKind: output.kind,
    outputWidth: output.width,
    outputHeight: output.height,
    outputActive: output.active,
    outputFlags: outputFlags(output.kind),
  }));
  return success({ outputs });
}

function getProfileParameter({ state }: RequestContext, data: JsonObject | null): RequestResult {
  const category = textField(data, "parameterCategory");
  if (typeof category !== "string") return category;
  const name = textField(data, "parameterName");
  if (typeof name !== "string") return name;
  const lookUp = (values: SimulatedState["profileParameters"]) => {
    const section = Object.hasOwn(values, category) ? values[category] : undefined;
    return section && Object.hasOwn(section, name) ? section[name] ?? null : null;
  };
  const fallback = lookUp(state.profileDefaults);
  return success({
    parameterValue: lookUp(state.profileParameters) ?? fallback,
    defaultParameterValue: fallback,
  });
}

function getSceneList({ state }: RequestContext): RequestResult {
  return success({
    currentProgramSceneName: state.scene,
    currentProgramSceneUuid: sceneUuid(state),
    currentPreviewSceneName: null,
    currentPreviewSceneUuid: null,
    scenes: state.scenes.map(({ name, uuid }, sceneIndex) => ({
      sceneName: name,
      sceneUuid: uuid,
      sceneIndex,
    })),
  });
}

function sceneUuid(state: SimulatedState): string | null {
  return state.scenes.find(({ name }) => name === state.scene)?.uuid ?? null;
}

function getCurrentProgramScene({ state }: RequestContext): RequestResult {
  const uuid = sceneUuid(state);
  return success({
    sceneName: state.scene,
    sceneUuid: uuid,
    currentProgramSceneName: state.scene,
    currentProgramSceneUuid: uuid,
  });
}

function forInput(
  answer: (input: SimulatedInput, data: JsonObject) => JsonObject | undefined,
): Handler {
  return ({ state }, data) => {
    const name = textField(data, "inputName");
    if (typeof name !== "string") return name;
    const input = state.inputs.find((candidate) => candidate.name === name);
    return input
      ? success(answer(input, data ?? {}))
      : { code: STATUS.resourceNotFound, comment: `There is no input ${name}` };
  };
}

function activeOf(role: OutputRole): Handler {
  return ({ state }) => {
    const output = findRole(state, role);
    if (output) return success({ outputActive: output.active });
    return { code: STATUS.invalidResourceState, comment: `OBS has no ${role} output` };
  };
}

function start(role: OutputRole, name: string): Handler {
  return ({ state, controls }) => {
    const output = findRole(state, role);
    if (output?.active) return { code: STATUS.outputRunning };
    controls.startOutput(output?.name ?? name);
    return success();
  };
}

function stop(
  role: OutputRole,
  answer: (state: SimulatedState) => JsonObject | undefined,
): Handler {
  return ({ state, controls }) => {
    const output = findRole(state, role);
    if (!output?.active) return { code: STATUS.outputNotRunning };
    controls.stopOutput(output.name);
    return success(answer(state));
  };
}

const HANDLERS: ReadonlyMap<string, Handler> = new Map(Object.entries<Handler>({
  GetVersion: ({ state }) =>
    success({
      obsVersion: state.obsVersion,
      obsWebSocketVersion: state.obsWebSocketVersion,
      rpcVersion: RPC_VERSION,
      availableRequests: [...HANDLERS.keys()],
      supportedImageFormats: ["jpg", "png", "webp"],
      platform: state.platform,
      platformDescription: state.platformDescription,
    }),
  GetStats: ({ state, session }) =>
    success({
      ...state.stats,
      webSocketSessionIncomingMessages: session.incoming,
      webSocketSessionOutgoingMessages: session.outgoing,
    }),
  GetOutputList: getOutputList,
  GetOutputStatus: getOutputStatus,
  GetStreamStatus: getStreamStatus,
  GetRecordStatus: getRecordStatus,
  GetReplayBufferStatus: activeOf("replay"),
  GetVirtualCamStatus: activeOf("virtualcam"),
  GetStreamServiceSettings: ({ state: { service } }) =>
    success({ streamServiceType: service.type, streamServiceSettings: service.settings }),
  GetRecordDirectory: ({ state }) => success({ recordDirectory: state.recordDirectory }),
  GetVideoSettings: ({ state }) => success({ ...state.video }),
  GetCurrentProgramScene: getCurrentProgramScene,
  GetInputMute: forInput(({ muted }) => ({ inputMuted: muted })),
  SetInputMute: forInput((input, { inputMuted }) => {
    input.muted = inputMuted === true;
    return undefined;
  }),
  GetInputAudioTracks: forInput(({ tracks }) => ({
    inputAudioTracks: Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((track) => [String(track), tracks.includes(track)]),
    ),
  })),
  GetInputAudioMonitorType: forInput(() => ({ monitorType: "OBS_MONITORING_TYPE_NONE" })),
  GetSceneList: getSceneList,
  GetSceneCollectionList: ({ state }) =>
    success({
      currentSceneCollectionName: state.sceneCollection,
      sceneCollections: state.sceneCollections,
    }),
  GetProfileList: ({ state }) =>
    success({ currentProfileName: state.profile, profiles: state.profiles }),
  GetProfileParameter: getProfileParameter,
  StartStream: start("stream", "adv_stream"),
  StopStream: stop("stream", () => undefined),
  StartRecord: start("record", "adv_file_output"),
  StopRecord: stop("record", ({ recordPath }) => ({ outputPath: recordPath })),
}));

/** Answers one request from the state, as OBS would. */
export function answerRequest(
  type: string,
  { data, context }: { data: unknown; context: RequestContext },
): RequestResult {
  if (type === "") return { code: STATUS.missingRequestType, comment: "The request has no type" };
  const handler = HANDLERS.get(type);
  if (!handler) return { code: STATUS.unknownRequestType, comment: `No request is named ${type}` };
  return handler(context, isJsonObject(data) ? data : null);
}
