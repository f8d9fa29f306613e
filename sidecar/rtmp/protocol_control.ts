import {
  CHUNK_STREAM,
  controlMessage,
  controlValue,
  MESSAGE,
  type RtmpMessage,
  USER_CONTROL,
} from "./message.ts";

/**
 * How often the server shall acknowledge, in bytes: often enough to measure 1 Mbit/s twice a
 * second.
 */
const ACKNOWLEDGEMENT_WINDOW = 65_536;

/** Answers to pings that may wait for the connection at once; a flood of pings gets no more. */
const MAX_WAITING_ANSWERS = 8;

/** The protocol's own messages (RTMP 1.0, sections 5.4 and 7.1.7): what they want is done here. */
export class ProtocolControl {
  readonly #send: (message: RtmpMessage) => Promise<void>;
  readonly #acknowledged: (count: number) => void;
  /** The server's window: it wants to be told whenever it has sent so much; 0 for never. */
  #window = 0;
  #receivedBytes = 0;
  #toldBytes = 0;
  #waitingAnswers = 0;

  constructor({ send, acknowledged }: {
    send: (message: RtmpMessage) => Promise<void>;
    /** Takes what the server says it received; 32 bits, wraps. */
    acknowledged: (count: number) => void;
  }) {
    this.#send = send;
    this.#acknowledged = acknowledged;
  }

  /** Counts what came, and acknowledges it when the server's window is full. */
  received(bytes: number): void {
    this.#receivedBytes += bytes;
    if (this.#window === 0 || this.#receivedBytes - this.#toldBytes < this.#window) return;
    this.#toldBytes = this.#receivedBytes;
    this.#answer(controlMessage(MESSAGE.acknowledgement, this.#receivedBytes >>> 0));
  }

  /** @returns whether the message was one of the protocol's own */
  take(message: RtmpMessage): boolean {
    const value = controlValue(message);
    switch (message.type) {
      case MESSAGE.setChunkSize:
      case MESSAGE.abort:
        // The chunk reader has seen to them.
        return true;
      case MESSAGE.acknowledgement:
        if (value !== null) this.#acknowledged(value);
        return true;
      case MESSAGE.windowAcknowledgementSize:
        this.#window = value ?? 0;
        return true;
      case MESSAGE.setPeerBandwidth:
        this.#answer(controlMessage(MESSAGE.windowAcknowledgementSize, ACKNOWLEDGEMENT_WINDOW));
        return true;
      case MESSAGE.userControl:
        this.#userControl(message.payload);
        return true;
      default:
        return false;
    }
  }

  #userControl(payload: Uint8Array): void {
    if (payload.length < 6 || payload[0] !== 0 || payload[1] !== USER_CONTROL.pingRequest) return;
    const pong = payload.slice(0, 6);
    pong[1] = USER_CONTROL.pingResponse;
    this.#answer({
      chunkStream: CHUNK_STREAM.control,
      type: MESSAGE.userControl,
      stream: 0,
      timestampMs: 0,
      payload: pong,
    });
  }

  /** Not waited for: media may be in the way, and reading must go on meanwhile. */
  #answer(message: RtmpMessage): void {
    if (this.#waitingAnswers >= MAX_WAITING_ANSWERS) return;
    this.#waitingAnswers++;
    this.#send(message).catch(() => {}).finally(() => this.#waitingAnswers--);
  }
}
