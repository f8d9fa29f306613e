/** Chunks as other programs write them: every header type, interleaved. For tests of reading. */
import { EXTENDED_TIMESTAMP, type RtmpMessage } from "../../sidecar/rtmp/message.ts";

interface Underway {
  message: RtmpMessage;
  at: number;
  extended: number | null;
}

/**
 * Cuts messages into chunks of `chunkSize`, with the shortest header that the message before on
 * the same chunk stream allows. Chunk streams take turns as `turns` says; the messages of one
 * chunk stream stay in order.
 */
export function encodeChunks(
  messages: readonly RtmpMessage[],
  { chunkSize, turns }: { chunkSize: number; turns: readonly number[] },
): Uint8Array {
  const out: number[] = [];
  const queues = new Map<number, RtmpMessage[]>();
  for (const message of messages) {
    queues.set(message.chunkStream, [...queues.get(message.chunkStream) ?? [], message]);
  }
  const before = new Map<number, { message: RtmpMessage; delta: number }>();
  const underway = new Map<number, Underway>();
  for (let turn = 0; queues.size > 0 || underway.size > 0; turn++) {
    const ids = [...new Set([...queues.keys(), ...underway.keys()])];
    const id = ids[(turns[turn % Math.max(1, turns.length)] ?? 0) % ids.length] ?? 0;
    let current = underway.get(id);
    if (current === undefined) {
      const [message, ...rest] = queues.get(id) ?? [];
      if (message === undefined) throw new Error("a chunk stream without a message");
      if (rest.length === 0) queues.delete(id);
      else queues.set(id, rest);
      const extended = begin(out, message, before);
      current = { message, at: 0, extended };
      underway.set(id, current);
    } else {
      basicHeader(out, 3, id);
      if (current.extended !== null) uint(out, current.extended, 4);
    }
    const { payload } = current.message;
    out.push(...payload.subarray(current.at, current.at + chunkSize));
    current.at += chunkSize;
    if (current.at >= payload.length) underway.delete(id);
  }
  return Uint8Array.from(out);
}

/** @returns what stands in the extended timestamp, if there is one */
function begin(
  out: number[],
  message: RtmpMessage,
  before: Map<number, { message: RtmpMessage; delta: number }>,
): number | null {
  const last = before.get(message.chunkStream);
  const delta = (message.timestampMs - (last?.message.timestampMs ?? 0)) >>> 0;
  let format = 0;
  if (last !== undefined && last.message.stream === message.stream && delta < 2 ** 31) {
    const alike = last.message.type === message.type &&
      last.message.payload.length === message.payload.length;
    format = alike ? last.delta === delta ? 3 : 2 : 1;
  }
  const time = format === 0 ? message.timestampMs : delta;
  before.set(message.chunkStream, { message, delta: time });
  basicHeader(out, format, message.chunkStream);
  const extended = time >= EXTENDED_TIMESTAMP ? time : null;
  if (format < 3) uint(out, extended === null ? time : EXTENDED_TIMESTAMP, 3);
  if (format < 2) {
    uint(out, message.payload.length, 3);
    out.push(message.type);
  }
  if (format === 0) {
    for (let byte = 0; byte < 4; byte++) out.push(message.stream >>> 8 * byte & 0xff);
  }
  if (extended !== null) uint(out, extended, 4);
  return extended;
}

function basicHeader(out: number[], format: number, id: number): void {
  if (id < 64) out.push(format << 6 | id);
  else if (id < 320) out.push(format << 6, id - 64);
  else out.push(format << 6 | 1, (id - 64) & 0xff, (id - 64) >> 8);
}

function uint(out: number[], value: number, bytes: number): void {
  for (let byte = bytes - 1; byte >= 0; byte--) out.push(Math.floor(value / 256 ** byte) & 0xff);
}
