/** RTMP messages and what their numbers mean (Adobe, "Real-Time Messaging Protocol", 1.0). */

/** One message, whatever chunks carried it. */
export interface RtmpMessage {
  /** Chunk stream that carried it, 2–65599. */
  chunkStream: number;
  /** One of `MESSAGE`. */
  type: number;
  /** Message stream: 0 for the connection, else the number that `createStream` gave. */
  stream: number;
  /** Milliseconds, 32 bits, wraps. */
  timestampMs: number;
  payload: Uint8Array;
}

/** Message types, sections 5.4, 6.2 and 7.1. */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf0: 18,
  commandAmf3: 17,
  commandAmf0: 20,
} as const;

/** User control events, section 7.1.7. */
export const USER_CONTROL = { pingRequest: 6, pingResponse: 7 } as const;

/** Chunk streams by use: 2 is the protocol's own; the others are this client's choice. */
export const CHUNK_STREAM = { control: 2, command: 3, media: 4 } as const;

/** Size of a chunk's payload until one side sets another, section 5.4.1. */
export const DEFAULT_CHUNK_SIZE = 128;

/** From here on a timestamp does not fit its three bytes and is extended, section 5.3.1.3. */
export const EXTENDED_TIMESTAMP = 0xffffff;

/** A protocol control message that holds one 32-bit number. */
export function controlMessage(type: number, value: number): RtmpMessage {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, value);
  return { chunkStream: CHUNK_STREAM.control, type, stream: 0, timestampMs: 0, payload };
}

/** The 32-bit number of a protocol control message; null if it is cut off. */
export function controlValue({ payload }: RtmpMessage): number | null {
  if (payload.length < 4) return null;
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
