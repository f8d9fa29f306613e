import OBSWebSocket, {
  EventSubscription,
  type OBSEventTypes,
  RequestBatchExecutionType,
} from "obs-websocket-js/json";
import { cleanText } from "../../shared/text.ts";
import { withDeadline } from "../time/deadline.ts";
import { type Fields, fieldsOf, textField } from "./fields.ts";

/** One request of a batch. */
export interface ObsRequest {
  requestType: string;
  requestData?: Fields;
}

/** OBS's answer to one request of a batch. */
export interface ObsAnswer {
  ok: boolean;
  /** RequestStatus of obs-websocket's protocol: 100 success, 207 not ready, 600 not found. */
  code: number;
  data: Fields;
}

/** Why a connection ended. */
export interface ObsClosed {
  /** WebSocket close code. */
  code: number;
  reason: string;
}

/** Events that change what a snapshot says. All are in the subscribed categories. */
export const STATE_EVENTS = [
  "StreamStateChanged",
  "RecordStateChanged",
  "ReplayBufferStateChanged",
  "VirtualcamStateChanged",
  "CurrentProgramSceneChanged",
  "CurrentProfileChanging",
  "CurrentProfileChanged",
  "CurrentSceneCollectionChanging",
  "CurrentSceneCollectionChanged",
  "ExitStarted",
] as const satisfies readonly (keyof OBSEventTypes)[];

/** Name of an event that changes what a snapshot says. */
export type StateEvent = (typeof STATE_EVENTS)[number];

/** RequestStatus NotReady: OBS is loading or changing something. */
export const STATUS_NOT_READY = 207;

/** Close code of obs-websocket for a wrong or missing password. */
export const CLOSE_AUTHENTICATION_FAILED = 4009;

/** Close code when obs-websocket's server stops (its WebSocketServer.cpp): RFC 6455, going away. */
export const CLOSE_GOING_AWAY = 1001;

/** Close code of obs-websocket for a client that the user sends away (WebSocketCloseCode.h). */
export const CLOSE_SESSION_INVALIDATED = 4011;

/** OBS refused or broke off a connection attempt. */
export class ObsConnectError extends Error {
  override name = "ObsConnectError";
  readonly code: number | null;

  constructor(message: string, { code, cause }: { code: number | null; cause?: unknown }) {
    super(message, { cause });
    this.code = code;
  }
}

/** What a session is told by OBS; the high-volume events only for as long as somebody listens. */
const SUBSCRIPTIONS = EventSubscription.General | EventSubscription.Config |
  EventSubscription.Scenes | EventSubscription.Outputs;

/** How to open a session. */
export interface ObsSessionOptions {
  host: string;
  port: number;
  /** Null: try without one. */
  password: string | null;
  /** Milliseconds for the whole opening, and for each call. */
  deadlineMs: number;
  onEvent(event: StateEvent, data: Fields): void;
}

/** An open, identified connection to OBS. */
export class ObsSession {
  readonly #socket: OBSWebSocket;
  readonly #deadlineMs: number;
  /** Version of obs-websocket. */
  readonly pluginVersion: string;
  /** Settles when the connection has ended, whoever ended it. */
  readonly closed: Promise<ObsClosed>;
  /** Fail the calls that still wait: after the end of the connection none is answered. */
  readonly #interrupts = new Set<(reason: Error) => void>();
  /** How many listen to the volume meters. */
  #meterListeners = 0;
  /** Whether OBS left a wish for the volume meters unanswered, so that it is not asked again. */
  #metersUnanswered = false;

  /** For `open`, and for stand-ins that answer without a socket. */
  protected constructor(
    socket: OBSWebSocket,
    { deadlineMs, pluginVersion, closed }: {
      deadlineMs: number;
      pluginVersion: string;
      closed: Promise<ObsClosed>;
    },
  ) {
    this.#socket = socket;
    this.#deadlineMs = deadlineMs;
    this.pluginVersion = pluginVersion;
    this.closed = closed;
    void closed.then(() => this.#interrupt());
  }

  /**
   * Connects and identifies.
   * @throws ObsConnectError with the WebSocket close code if OBS refused; DeadlineError if it
   * stayed silent
   */
  static async open(options: ObsSessionOptions): Promise<ObsSession> {
    const { host, port, password, deadlineMs, onEvent } = options;
    const socket = new OBSWebSocket();
    const closed = new Promise<ObsClosed>((resolve) => {
      socket.once("ConnectionClosed", ({ code, message }) => resolve({ code, reason: message }));
    });
    for (const event of STATE_EVENTS) {
      socket.on(event, (...data: unknown[]) => onEvent(event, fieldsOf(data[0])));
    }
    const address = host.includes(":") ? `[${host}]` : host;
    const opening = socket.connect(`ws://${address}:${port}`, password ?? undefined, {
      eventSubscriptions: SUBSCRIPTIONS,
      rpcVersion: 1,
    });
    try {
      const hello = await withDeadline(opening, { ms: deadlineMs, what: "OBS" });
      const pluginVersion = textField(fieldsOf(hello), "obsWebSocketVersion") ?? "unknown";
      return new ObsSession(socket, {
        deadlineMs,
        pluginVersion: cleanText(pluginVersion),
        closed,
      });
    } catch (cause) {
      abandon(socket);
      const code = fieldsOf(cause)["code"];
      if (typeof code !== "number") throw cause;
      throw new ObsConnectError(cause instanceof Error ? cause.message : String(cause), {
        code,
        cause,
      });
    }
  }

  /**
   * Sends requests as one batch, executed one after another outside OBS's graphics thread.
   * @returns the answers by position; an answer that OBS left out is not ok
   * @throws DeadlineError if OBS stayed silent; another error if the connection ended meanwhile
   */
  async batch(requests: readonly ObsRequest[]): Promise<ObsAnswer[]> {
    // The library types each request; what is sent here is put together at run time.
    const batch = requests as Parameters<OBSWebSocket["callBatch"]>[0];
    const call = this.#socket.callBatch(batch, {
      executionType: RequestBatchExecutionType.SerialRealtime,
      haltOnFailure: false,
    });
    const answers: unknown = await this.#whileOpen(call);
    const list = Array.isArray(answers) ? answers : [];
    return requests.map((_, index) => readAnswer(list[index]));
  }

  /**
   * Listens to the volume meters of OBS's active inputs: 20 events a second, which OBS sends for
   * just as long. If it cannot be told to end them, the connection is ended. What does not answer
   * this at all, and sends none, is not asked again: everything else it answers goes on.
   * @param onMeters takes the data of each `InputVolumeMeters` event
   * @throws DeadlineError if OBS stayed silent; another error if it did so before, or if the
   * connection ended meanwhile
   */
  async listenToMeters(
    onMeters: (data: Fields) => void,
    { ms, signal }: { ms: number; signal: AbortSignal },
  ): Promise<void> {
    if (this.#metersUnanswered) throw new Error("OBS does not answer who wants volume meters.");
    const listener = (data: unknown) => onMeters(fieldsOf(data));
    let areOn = false;
    this.#socket.on("InputVolumeMeters", listener);
    this.#meterListeners++;
    try {
      await this.#subscribe(SUBSCRIPTIONS | EventSubscription.InputVolumeMeters);
      areOn = true;
      await this.#pause(ms, signal);
    } finally {
      this.#socket.off("InputVolumeMeters", listener);
      this.#meterListeners--;
      if (this.#meterListeners === 0) {
        await this.#subscribe(SUBSCRIPTIONS).catch(() => this.#leaveMeters(areOn));
      }
    }
  }

  /** Ends the connection. Returns at once; a hung OBS is not waited for, nor heard any more. */
  close(): void {
    for (const event of STATE_EVENTS) this.#socket.removeAllListeners(event);
    abandon(this.#socket);
    this.#interrupt();
  }

  /** OBS did not answer when it was told to end the meters. */
  #leaveMeters(areOn: boolean): void {
    this.#metersUnanswered = true;
    if (areOn) this.close();
    else this.#socket.once("InputVolumeMeters", () => this.close());
  }

  async #subscribe(eventSubscriptions: number): Promise<void> {
    await this.#whileOpen(this.#socket.reidentify({ eventSubscriptions }));
  }

  /** Waits, until the signal is aborted or the connection ends at the latest. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    signal.addEventListener("abort", () => over.resolve(), { once: true });
    if (signal.aborted) over.resolve();
    try {
      await this.#orInterrupted(over.promise);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer of OBS, if it comes in time. */
  async #whileOpen<T>(answer: Promise<T>): Promise<T> {
    return await withDeadline(this.#orInterrupted(answer), { ms: this.#deadlineMs, what: "OBS" });
  }

  async #orInterrupted<T>(answer: Promise<T>): Promise<T> {
    const interrupted = Promise.withResolvers<never>();
    this.#interrupts.add(interrupted.reject);
    try {
      return await Promise.race([answer, interrupted.promise]);
    } finally {
      this.#interrupts.delete(interrupted.reject);
    }
  }

  #interrupt(): void {
    for (const reject of this.#interrupts) reject(new Error("The connection to OBS has ended."));
  }
}

function readAnswer(answer: unknown): ObsAnswer {
  const fields = fieldsOf(answer);
  const status = fieldsOf(fields["requestStatus"]);
  const code = status["code"];
  return {
    ok: status["result"] === true,
    code: typeof code === "number" ? code : 0,
    data: fieldsOf(fields["responseData"]),
  };
}

function abandon(socket: OBSWebSocket): void {
  socket.disconnect().catch(() => {});
}
