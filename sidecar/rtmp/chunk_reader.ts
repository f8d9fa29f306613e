import { type ChunkHeader, readChunkHeader } from "./chunk_header.ts";
import { controlValue, DEFAULT_CHUNK_SIZE, MESSAGE, type RtmpMessage } from "./message.ts";
import { RtmpError } from "./rtmp_error.ts";

/** Largest chunk that says anything: a message's length has 24 bits. */
const MAX_CHUNK_SIZE = 0xffffff;

/** Chunk streams that are remembered; servers use fewer than ten. */
const MAX_CHUNK_STREAMS = 64;

/** Most bytes of unfinished messages, in message sizes. */
const MAX_UNFINISHED = 4;

interface ChunkStream {
  header: ChunkHeader;
  /** The message that is under way, and how much of it has come; null between messages. */
  partial: { payload: Uint8Array; filled: number } | null;
}

/**
 * Puts messages together from chunks, however the bytes are split (RTMP 1.0, section 5.3). Set
 * Chunk Size and Abort are obeyed and passed on like any other message.
 */
export class ChunkReader {
  readonly #maxMessageBytes: number;
  readonly #streams = new Map<number, ChunkStream>();
  #chunkSize = DEFAULT_CHUNK_SIZE;
  #unfinishedBytes = 0;
  /** What is left of a header that has not come whole. */
  #rest = new Uint8Array(0);
  /** The chunk whose payload is under way, and how many of its bytes are still to come. */
  #chunk: { stream: ChunkStream; missing: number } | null = null;

  /** @param options.maxMessageBytes longer messages are refused */
  constructor({ maxMessageBytes = 256 * 1024 } = {}) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /**
   * Takes the next bytes, and calls `take` for each message that they complete; its payload is
   * the caller's to keep.
   * @throws RtmpError `garbage` if the bytes are no RTMP; the reader is of no use afterwards
   */
  push(bytes: Uint8Array, take: (message: RtmpMessage) => void): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#chunk !== null) {
        at += this.#fill(bytes.subarray(at), take);
        continue;
      }
      const held = this.#rest.length;
      const window = held === 0 ? bytes.subarray(at) : joined(this.#rest, bytes.subarray(at));
      const header = readChunkHeader(window, (id) => this.#streams.get(id)?.header);
      if (header === null) {
        this.#rest = window.slice();
        return;
      }
      this.#rest = new Uint8Array(0);
      at += header.bytes - held;
      this.#begin(header.header, take);
    }
  }

  #begin(header: ChunkHeader, take: (message: RtmpMessage) => void): void {
    let stream = this.#streams.get(header.chunkStream);
    if (stream === undefined) {
      if (this.#streams.size >= MAX_CHUNK_STREAMS) throw garbage("uses too many chunk streams");
      stream = { header, partial: null };
      this.#streams.set(header.chunkStream, stream);
    }
    if (!header.continues) this.#drop(stream);
    if (stream.partial === null) {
      stream.header = header;
      if (header.length > this.#maxMessageBytes) {
        throw garbage(`announces a message of ${header.length} bytes`);
      }
      this.#unfinishedBytes += header.length;
      if (this.#unfinishedBytes > MAX_UNFINISHED * this.#maxMessageBytes) {
        throw garbage("leaves too many messages unfinished");
      }
      stream.partial = { payload: new Uint8Array(header.length), filled: 0 };
    }
    const { payload, filled } = stream.partial;
    this.#chunk = { stream, missing: Math.min(this.#chunkSize, payload.length - filled) };
    if (this.#chunk.missing === 0) this.#endChunk(stream, take);
  }

  /** @returns how many bytes were taken */
  #fill(bytes: Uint8Array, take: (message: RtmpMessage) => void): number {
    const chunk = this.#chunk;
    const partial = chunk?.stream.partial;
    if (chunk === null || partial === null || partial === undefined) return 0;
    const part = bytes.subarray(0, chunk.missing);
    partial.payload.set(part, partial.filled);
    partial.filled += part.length;
    chunk.missing -= part.length;
    if (chunk.missing === 0) this.#endChunk(chunk.stream, take);
    return part.length;
  }

  #endChunk(stream: ChunkStream, take: (message: RtmpMessage) => void): void {
    this.#chunk = null;
    const { header, partial } = stream;
    if (partial === null || partial.filled < partial.payload.length) return;
    this.#drop(stream);
    const message: RtmpMessage = {
      chunkStream: header.chunkStream,
      type: header.type,
      stream: header.stream,
      timestampMs: header.timestampMs,
      payload: partial.payload,
    };
    if (message.type === MESSAGE.setChunkSize) this.#setChunkSize(message);
    if (message.type === MESSAGE.abort) this.#abort(message);
    take(message);
  }

  #setChunkSize(message: RtmpMessage): void {
    const size = controlValue(message);
    if (size === null || size < 1 || size > 0x7fffffff) {
      throw garbage(`sets a chunk size of ${size ?? "nothing"}; it must be 1–2147483647`);
    }
    // No message is longer, so larger sizes mean the same (RTMP 1.0, section 5.4.1).
    this.#chunkSize = Math.min(size, MAX_CHUNK_SIZE);
  }

  #abort(message: RtmpMessage): void {
    const stream = this.#streams.get(controlValue(message) ?? 0);
    if (stream !== undefined) this.#drop(stream);
  }

  #drop(stream: ChunkStream): void {
    this.#unfinishedBytes -= stream.partial?.payload.length ?? 0;
    stream.partial = null;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  // A header is short: what comes behind it is read from the original bytes.
  const all = new Uint8Array(a.length + Math.min(b.length, 32));
  all.set(a);
  all.set(b.subarray(0, 32), a.length);
  return all;
}

function garbage(what: string): RtmpError {
  return new RtmpError(
    "garbage",
    `The server does not speak RTMP: it ${what}. Check that the URL is an RTMP ingest's.`,
  );
}
