import { EXTENDED_TIMESTAMP } from "./message.ts";
import { RtmpError } from "./rtmp_error.ts";

/** What a chunk's header says, with what it leaves out taken from the chunk before it. */
export interface ChunkHeader {
  chunkStream: number;
  /** Whether the chunk may continue a message (type 3) rather than begin one. */
  continues: boolean;
  timestampMs: number;
  /** What a new message of type 3 adds to the timestamp. */
  deltaMs: number;
  /** Whether the timestamp stands behind the header, as it then does in type 3 too. */
  extended: boolean;
  length: number;
  type: number;
  stream: number;
}

/** Bytes of the message header by chunk type, RTMP 1.0, section 5.3.1.2. */
const MESSAGE_HEADER_BYTES = [11, 7, 3, 0] as const;

/**
 * Reads a chunk's header from the start of `bytes`. `last` knows each chunk stream's latest
 * header. A type 3 chunk's timestamp is what it would be if it began a message; whether it does
 * is the caller's to know.
 * @returns null if the header is not whole yet
 * @throws RtmpError `garbage` if it leans on a chunk that never came
 */
export function readChunkHeader(
  bytes: Uint8Array,
  last: (chunkStream: number) => ChunkHeader | undefined,
): { header: ChunkHeader; bytes: number } | null {
  const first = bytes[0] ?? 0;
  const basic = [2, 3][first & 0x3f] ?? 1;
  if (bytes.length < basic) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunkStream = readChunkStream(first & 0x3f, view);
  const format = first >> 6;
  const before = last(chunkStream);
  if (before === undefined && format !== 0) {
    throw new RtmpError(
      "garbage",
      "The server does not speak RTMP: a chunk leans on one that never came. " +
        "Check that the URL is an RTMP ingest's.",
    );
  }
  const fields = basic + (MESSAGE_HEADER_BYTES[format] ?? 0);
  if (bytes.length < fields) return null;
  const short = format === 3 ? 0 : uint24(view, basic);
  const extended = format === 3 ? before?.extended ?? false : short === EXTENDED_TIMESTAMP;
  const end = fields + (extended ? 4 : 0);
  if (bytes.length < end) return null;
  const time = extended ? view.getUint32(fields) : short;
  const header: ChunkHeader = {
    chunkStream,
    continues: format === 3,
    timestampMs: time,
    deltaMs: time,
    extended,
    length: format < 2 ? uint24(view, basic + 3) : before?.length ?? 0,
    type: format < 2 ? view.getUint8(basic + 6) : before?.type ?? 0,
    stream: format === 0 ? view.getUint32(basic + 7, true) : before?.stream ?? 0,
  };
  if (format !== 0) {
    if (format === 3) header.deltaMs = before?.deltaMs ?? 0;
    header.timestampMs = ((before?.timestampMs ?? 0) + header.deltaMs) >>> 0;
  }
  return { header, bytes: end };
}

function readChunkStream(short: number, view: DataView): number {
  if (short === 0) return view.getUint8(1) + 64;
  if (short === 1) return view.getUint16(1, true) + 64;
  return short;
}

function uint24(view: DataView, at: number): number {
  return view.getUint8(at) << 16 | view.getUint16(at + 1);
}
