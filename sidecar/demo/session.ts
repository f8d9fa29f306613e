import {
  CLOSE,
  DEFAULT_SUBSCRIPTIONS,
  eventIntent,
  isJsonObject,
  type JsonObject,
  OP,
  ProtocolError,
  RPC_VERSION,
  STATUS,
} from "./protocol.ts";
import type { RequestResult } from "./requests.ts";

/** A batch of requests whose frame is in order. */
export interface Batch {
  requests: JsonObject[];
  executionType: number | null;
  haltOnFailure: boolean;
}

/** What a session asks of the server it belongs to. */
export interface SessionHost {
  /** What a client must answer to this session's challenge; null without a password. */
  readonly expectedAuthentication: string | null;
  /** A client identified itself, or failed to. */
  identified(session: Session, accepted: boolean): void;
  /** A client told which events it wants. */
  subscribed(): void;
  request(session: Session, request: { type: string; data: unknown }): RequestResult;
  /** One result a request, fewer where the batch stopped at a failure. */
  batch(session: Session, batch: Batch): RequestResult[];
}

/** One client's connection: takes its messages in order, answers, and closes where OBS would. */
export class Session {
  /** Number of the connection, from 1. */
  readonly id: number;
  /** Messages so far, as `GetStats` counts them. */
  incoming = 0;
  outgoing = 0;
  #socket: WebSocket;
  #host: SessionHost;
  #identified = false;
  #subscriptions = DEFAULT_SUBSCRIPTIONS;

  constructor(socket: WebSocket, { id, host }: { id: number; host: SessionHost }) {
    this.id = id;
    this.#socket = socket;
    this.#host = host;
  }

  get identified(): boolean {
    return this.#identified;
  }

  /** The events the client wants, as bits. */
  get subscriptions(): number {
    return this.#subscriptions;
  }

  /** Sends one message. */
  send(op: number, d: JsonObject): void {
    this.sendRaw(JSON.stringify({ op, d }));
  }

  /** Sends any text; nothing once the connection is gone. */
  sendRaw(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(text);
    this.outgoing++;
  }

  /** Sends an event, if the client is identified and wants it. */
  sendEvent(eventType: string, eventData: JsonObject | null): void {
    const eventIntentBit = eventIntent(eventType);
    if (!this.#identified || (this.#subscriptions & eventIntentBit) === 0) return;
    const payload: JsonObject = { eventType, eventIntent: eventIntentBit };
    if (eventData) payload.eventData = eventData;
    this.send(OP.event, payload);
  }

  /** Closes the connection. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Takes one message from the client. */
  receive(message: unknown): void {
    this.incoming++;
    try {
      this.#handle(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.close(error.code, error.message);
    }
  }

  #handle(message: unknown): void {
    const { op, d } = parseMessage(message);
    if (d === undefined || d === null) {
      throw new ProtocolError(CLOSE.missingDataField, "The message has no data (d)");
    }
    if (!isJsonObject(d)) {
      throw new ProtocolError(CLOSE.invalidDataFieldType, "The message's data (d) is no object");
    }
    if (!this.#identified && op !== OP.identify) {
      throw new ProtocolError(CLOSE.notIdentified, "Identify must come first");
    }
    if (op === OP.identify) return this.#identify(d);
    if (op === OP.reidentify) return this.#welcome(d);
    if (op === OP.request) return this.#request(d);
    if (op === OP.requestBatch) return this.#batch(d);
    throw new ProtocolError(CLOSE.unknownOpCode, `No message kind has the number ${op}`);
  }

  #identify(d: JsonObject): void {
    if (this.#identified) {
      throw new ProtocolError(CLOSE.alreadyIdentified, "This session is identified already");
    }
    const expected = this.#host.expectedAuthentication;
    if (expected !== null && d.authentication !== expected) {
      this.#host.identified(this, false);
      throw new ProtocolError(CLOSE.authenticationFailed, "Authentication failed");
    }
    if (unsigned(d, "rpcVersion") !== RPC_VERSION) {
      throw new ProtocolError(CLOSE.unsupportedRpcVersion, `Only RPC version ${RPC_VERSION} works`);
    }
    this.#welcome(d);
    this.#host.identified(this, true);
  }

  #welcome(d: JsonObject): void {
    if (d.eventSubscriptions !== undefined) {
      this.#subscriptions = unsigned(d, "eventSubscriptions");
    }
    this.#identified = true;
    this.send(OP.identified, { negotiatedRpcVersion: RPC_VERSION });
    this.#host.subscribed();
  }

  #request(d: JsonObject): void {
    const requestId = present(d, "requestId");
    const type = present(d, "requestType");
    if (typeof type !== "string") {
      throw new ProtocolError(CLOSE.invalidDataFieldType, "requestType is not a text");
    }
    const result = this.#host.request(this, { type, data: d.requestData });
    this.send(OP.requestResponse, { requestType: type, requestId, ...resultFields(result) });
  }

  #batch(d: JsonObject): void {
    const requestId = present(d, "requestId");
    const executionType = optional(d, "executionType") === null
      ? null
      : unsigned(d, "executionType");
    if (executionType !== null && executionType > 2) {
      throw new ProtocolError(CLOSE.invalidDataFieldValue, "executionType must be 0, 1 or 2");
    }
    const haltOnFailure = optional(d, "haltOnFailure") ?? false;
    if (typeof haltOnFailure !== "boolean") {
      throw new ProtocolError(
        CLOSE.invalidDataFieldType,
        "haltOnFailure is neither true nor false",
      );
    }
    const requests = present(d, "requests");
    if (!Array.isArray(requests)) {
      throw new ProtocolError(CLOSE.invalidDataFieldType, "requests is not an array");
    }
    const items = requests.map((item) => isJsonObject(item) ? item : {});
    const answers = this.#host.batch(this, { requests: items, executionType, haltOnFailure });
    const results = answers.map((result, index) => {
      const { requestType: type, requestId: id } = items[index] ?? {};
      const requestType = typeof type === "string" ? type : "";
      const echo = id === undefined || id === null ? {} : { requestId: id };
      return { requestType, ...echo, ...resultFields(result) };
    });
    this.send(OP.requestBatchResponse, { requestId, results });
  }
}

function parseMessage(message: unknown): { op: number; d: unknown } {
  if (typeof message !== "string") {
    throw new ProtocolError(CLOSE.messageDecodeError, "A binary message came on a JSON session");
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch (cause) {
    throw new ProtocolError(CLOSE.messageDecodeError, `Not JSON: ${cause}`.slice(0, 100));
  }
  if (!isJsonObject(parsed)) {
    throw new ProtocolError(CLOSE.messageDecodeError, "The message is not an object");
  }
  if (typeof parsed.op !== "number") {
    throw new ProtocolError(CLOSE.unknownOpCode, "The message has no kind (op)");
  }
  return { op: parsed.op, d: parsed.d };
}

function optional(d: JsonObject, name: string): unknown {
  return d[name] ?? null;
}

function present(d: JsonObject, name: string): unknown {
  if (d[name] === undefined) {
    throw new ProtocolError(CLOSE.missingDataField, `The message has no ${name}`);
  }
  return d[name];
}

function unsigned(d: JsonObject, name: string): number {
  const value = present(d, name);
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw new ProtocolError(CLOSE.invalidDataFieldType, `${name} is not an unsigned number`);
  }
  return value;
}

function resultFields({ code, comment, data }: RequestResult): JsonObject {
  const requestStatus: JsonObject = { result: code === STATUS.success, code };
  if (comment) requestStatus.comment = comment;
  return data === undefined ? { requestStatus } : { requestStatus, responseData: data };
}
