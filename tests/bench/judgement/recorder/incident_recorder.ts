import {
  EventSubscription,
  type OBSEventTypes,
  type OBSWebSocket,
  RequestBatchExecutionType,
} from "obs-websocket-js/json";
import { openMachine } from "../../../../sidecar/collectors/machine.ts";
import { FACT_REQUESTS } from "../../../../sidecar/obs/facts.ts";
import { type Fields, fieldsOf } from "../../../../sidecar/obs/fields.ts";
import { type ObsRequest, STATE_EVENTS } from "../../../../sidecar/obs/session.ts";
import type { Obs } from "../../../peers/obs.ts";
import { type RecordingLine, requestKey } from "../recording.ts";

const POLL_MS = 500;

/** Polls from one reading of what changes seldom to the next. */
const POLLS_A_FACT = 10;

/** Of the 20 meter events a second, every tenth is kept. */
const METERS_KEPT = 10;

const INPUT_QUESTIONS = [
  "GetInputMute",
  "GetInputVolume",
  "GetInputAudioTracks",
  "GetInputAudioMonitorType",
] as const;

/** Writes down what a real OBS answers and tells, twice a second. */
export class IncidentRecorder {
  readonly lines: RecordingLine[] = [];
  readonly #obs: Obs;
  readonly #diskFolder: string;
  readonly #machine = openMachine();
  readonly #startedMs = performance.now();
  readonly #told = new Map<string, string>();
  #client: OBSWebSocket | null = null;
  #polls = 0;
  #meters = 0;
  #stopping = false;
  #running: Promise<void> | null = null;

  /** @param options.diskFolder where OBS records to */
  constructor(obs: Obs, { diskFolder }: { diskFolder: string }) {
    this.#obs = obs;
    this.#diskFolder = diskFolder;
  }

  /** Milliseconds since the recording began. */
  get nowMs(): number {
    return Math.round(performance.now() - this.#startedMs);
  }

  /** Begins to record. */
  async start(): Promise<void> {
    await this.#listen();
    this.#running = this.#run();
  }

  /** OBS was killed: what it says is gone. */
  lost(): void {
    this.#client = null;
    this.#told.clear();
    this.lines.push({ t: this.nowMs, connected: false });
  }

  /** OBS runs again. */
  async found(): Promise<void> {
    await this.#listen();
  }

  /** Ends the recording. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    this.#machine.close();
    if (this.#client === null) return;
    for (const event of STATE_EVENTS) this.#client.removeAllListeners(event);
    this.#client.removeAllListeners("InputVolumeMeters");
  }

  async #listen(): Promise<void> {
    const { client } = this.#obs;
    const listen = (event: keyof OBSEventTypes) =>
      client.on(event, (...data: unknown[]) => {
        this.lines.push({ t: this.nowMs, event, data: withoutPlaces(fieldsOf(data[0])) });
        this.#polls = 0;
      });
    STATE_EVENTS.forEach(listen);
    client.on("InputVolumeMeters", (data: unknown) => {
      if (this.#meters++ % METERS_KEPT === 0) {
        this.lines.push({ t: this.nowMs, meters: rounded(fieldsOf(data)) });
      }
    });
    await client.reidentify({
      eventSubscriptions: EventSubscription.All | EventSubscription.InputVolumeMeters,
    });
    this.#client = client;
    this.#polls = 0;
    this.lines.push({ t: this.nowMs, connected: true });
  }

  async #run(): Promise<void> {
    for (let due = this.nowMs; !this.#stopping; due += POLL_MS) {
      const waitMs = due - this.nowMs;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await this.#poll().catch(() => {});
      await this.#watchMachine();
    }
  }

  async #poll(): Promise<void> {
    const withFacts = this.#polls++ % POLLS_A_FACT === 0;
    const [, list, inputs] = await this.#ask([
      { requestType: "GetStats" },
      { requestType: "GetOutputList" },
      ...(withFacts ? [{ requestType: "GetInputList" }] : []),
    ]);
    const named = (data: Fields | undefined, field: string, name: string) =>
      (Array.isArray(data?.[field]) ? data[field] : [])
        .map((each) => ({ [name]: fieldsOf(each)[name] }));
    await this.#ask([
      { requestType: "GetCurrentProgramScene" },
      { requestType: "GetStreamStatus" },
      { requestType: "GetRecordStatus" },
      ...named(list, "outputs", "outputName").map((requestData) => ({
        requestType: "GetOutputStatus",
        requestData,
      })),
      ...(withFacts ? FACT_REQUESTS : []),
      ...(withFacts ? [{ requestType: "GetSpecialInputs" }] : []),
      ...named(inputs, "inputs", "inputName").flatMap((requestData) =>
        INPUT_QUESTIONS.map((requestType) => ({ requestType, requestData }))
      ),
    ]);
  }

  /** Asks OBS, and writes down the answers that differ from those before. */
  async #ask(requests: readonly ObsRequest[]): Promise<Fields[]> {
    const client = this.#client;
    if (client === null) return [];
    const answers: unknown = await client.callBatch(
      requests as Parameters<OBSWebSocket["callBatch"]>[0],
      { executionType: RequestBatchExecutionType.SerialRealtime, haltOnFailure: false },
    );
    const t = this.nowMs;
    return requests.map(({ requestType, requestData }, index) => {
      const answer = fieldsOf(Array.isArray(answers) ? answers[index] : null);
      const { code } = fieldsOf(answer["requestStatus"]);
      const request = requestKey(requestType, requestData);
      const data = withoutPlaces(fieldsOf(answer["responseData"]));
      const text = JSON.stringify([code, data]);
      if (this.#told.get(request) !== text) {
        this.#told.set(request, text);
        this.lines.push({ t, request, code: Number(code), data });
      }
      return data;
    });
  }

  async #watchMachine(): Promise<void> {
    const { system } = this.#machine;
    const diskFreeBytes = await system.diskFreeBytes(this.#diskFolder);
    const machine = { cpu: system.cpuTimes(), memory: system.memory(), diskFreeBytes };
    this.lines.push({ t: this.nowMs, machine });
  }
}

/** Without stream keys, and without where on this machine things are. */
function withoutPlaces(data: Fields): Fields {
  const { webSocketSessionIncomingMessages: _in, webSocketSessionOutgoingMessages: _out, ...rest } =
    data;
  return JSON.parse(JSON.stringify(rest, (name, value: unknown) => {
    if (name === "key" || name === "bearer_token") return "";
    if (name === "availableRequests" || name === "supportedImageFormats") return [];
    const isPlace = typeof value === "string" && value.startsWith("/");
    return isPlace ? "/home/streamer/Videos" : value;
  })) as Fields;
}

/** Levels to four digits: more is not heard. */
function rounded(data: Fields): Fields {
  return JSON.parse(JSON.stringify(
    data,
    (_, value: unknown) => typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value,
  )) as Fields;
}
