import { DEFAULT_CHUNK_SIZE, EXTENDED_TIMESTAMP, type RtmpMessage } from "./message.ts";

/** Most that a chunk's headers take: 3 basic, 11 message, 4 extended timestamp. */
const MAX_HEADER = 18;

/**
 * Cuts messages into chunks (RTMP 1.0, section 5.3). Each message begins with a full header, so
 * that what one message says never hangs on another one.
 */
export class ChunkWriter {
  /** Most payload bytes in a chunk; the other side must have been told. */
  chunkSize = DEFAULT_CHUNK_SIZE;
  #buffer = new Uint8Array(64 * 1024);
  #view = new DataView(this.#buffer.buffer);
  #at = 0;

  /**
   * The messages' chunks, in order.
   * @returns a view into a buffer that the next call uses again: send or copy it before
   */
  write(messages: readonly RtmpMessage[]): Uint8Array {
    this.#at = 0;
    for (const message of messages) this.#message(message);
    return this.#buffer.subarray(0, this.#at);
  }

  #message(message: RtmpMessage): void {
    const { payload, timestampMs } = message;
    const chunks = Math.max(1, Math.ceil(payload.length / this.chunkSize));
    this.#reserve(payload.length + MAX_HEADER + (chunks - 1) * 7);
    const timestamp = timestampMs >>> 0;
    const extended = timestamp >= EXTENDED_TIMESTAMP;
    this.#basicHeader(0, message.chunkStream);
    this.#uint24(extended ? EXTENDED_TIMESTAMP : timestamp);
    this.#uint24(payload.length);
    this.#buffer[this.#at++] = message.type;
    this.#view.setUint32(this.#at, message.stream, true);
    this.#at += 4;
    if (extended) this.#uint32(timestamp);
    for (let from = 0;;) {
      const part = payload.subarray(from, from + this.chunkSize);
      this.#buffer.set(part, this.#at);
      this.#at += part.length;
      from += part.length;
      if (from >= payload.length) return;
      this.#basicHeader(3, message.chunkStream);
      if (extended) this.#uint32(timestamp);
    }
  }

  #basicHeader(format: number, chunkStream: number): void {
    if (chunkStream < 64) {
      this.#buffer[this.#at++] = format << 6 | chunkStream;
    } else if (chunkStream < 320) {
      this.#buffer[this.#at++] = format << 6;
      this.#buffer[this.#at++] = chunkStream - 64;
    } else {
      this.#buffer[this.#at++] = format << 6 | 1;
      this.#view.setUint16(this.#at, chunkStream - 64, true);
      this.#at += 2;
    }
  }

  #uint24(value: number): void {
    this.#view.setUint8(this.#at, value >> 16);
    this.#view.setUint16(this.#at + 1, value & 0xffff);
    this.#at += 3;
  }

  #uint32(value: number): void {
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(2 * (this.#at + bytes));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
