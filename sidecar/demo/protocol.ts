/**
 * The numbers of obs-websocket's protocol, version 5, RPC version 1.
 * Source: obs-websocket, docs/generated/protocol.md, and the enumerations under src/.
 */

/** A JSON object of unknown content. */
export type JsonObject = Record<string, unknown>;

/** The one RPC version there is. */
export const RPC_VERSION = 1;

/** WebSocket subprotocol of the JSON encoding; the other one, MessagePack, is not simulated. */
export const SUBPROTOCOL = "obswebsocket.json";

/** Message kinds (`op`). */
export const OP = {
  hello: 0,
  identify: 1,
  identified: 2,
  reidentify: 3,
  event: 5,
  request: 6,
  requestResponse: 7,
  requestBatch: 8,
  requestBatchResponse: 9,
} as const;

/** WebSocket close codes. */
export const CLOSE = {
  /** RFC 6455: the server goes away. OBS uses it when it exits. */
  goingAway: 1001,
  messageDecodeError: 4002,
  missingDataField: 4003,
  invalidDataFieldType: 4004,
  invalidDataFieldValue: 4005,
  unknownOpCode: 4006,
  notIdentified: 4007,
  alreadyIdentified: 4008,
  authenticationFailed: 4009,
  unsupportedRpcVersion: 4010,
  sessionInvalidated: 4011,
} as const;

/** Codes of a request's status. */
export const STATUS = {
  success: 100,
  missingRequestType: 203,
  unknownRequestType: 204,
  notReady: 207,
  missingRequestField: 300,
  missingRequestData: 301,
  invalidRequestFieldType: 401,
  requestFieldEmpty: 403,
  outputRunning: 500,
  outputNotRunning: 501,
  resourceNotFound: 600,
  invalidResourceState: 604,
} as const;

/** Subscription bits of the events that are simulated. */
export const SUBSCRIPTION = {
  general: 1,
  config: 2,
  scenes: 4,
  outputs: 64,
  inputVolumeMeters: 0x10000,
} as const;

/** What a client gets that names no subscriptions: everything but the high-volume events. */
export const DEFAULT_SUBSCRIPTIONS = 0xfff;

const EVENT_SUBSCRIPTIONS = new Map<string, number>([
  ["ExitStarted", SUBSCRIPTION.general],
  ["CurrentProfileChanging", SUBSCRIPTION.config],
  ["CurrentProfileChanged", SUBSCRIPTION.config],
  ["CurrentSceneCollectionChanging", SUBSCRIPTION.config],
  ["CurrentSceneCollectionChanged", SUBSCRIPTION.config],
  ["CurrentProgramSceneChanged", SUBSCRIPTION.scenes],
  ["StreamStateChanged", SUBSCRIPTION.outputs],
  ["RecordStateChanged", SUBSCRIPTION.outputs],
  ["ReplayBufferStateChanged", SUBSCRIPTION.outputs],
  ["VirtualcamStateChanged", SUBSCRIPTION.outputs],
  ["InputVolumeMeters", SUBSCRIPTION.inputVolumeMeters],
]);

/** The subscription bit that an event needs; of one that is not known, the general one. */
export function eventIntent(eventType: string): number {
  return EVENT_SUBSCRIPTIONS.get(eventType) ?? SUBSCRIPTION.general;
}

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A client broke the protocol: its connection is closed with this code. */
export class ProtocolError extends Error {
  override name = "ProtocolError";

  constructor(readonly code: number, reason: string) {
    super(reason);
  }
}
