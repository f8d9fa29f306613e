import { amfText, type AmfValue, isAmfObject } from "./amf0_value.ts";
import { decodeAmf0 } from "./decode_amf0.ts";
import { encodeAmf0 } from "./encode_amf0.ts";
import { CHUNK_STREAM, MESSAGE, type RtmpMessage } from "./message.ts";

/** A remote call or its answer. */
export interface Command {
  name: string;
  /** Which call is meant; 0 when no answer is wanted. */
  transaction: number;
  /** What follows: the command object, then the arguments. */
  values: AmfValue[];
}

/** The message that carries a command. */
export function commandMessage(
  { name, transaction, values }: Command,
  { stream = 0 } = {},
): RtmpMessage {
  return {
    chunkStream: stream === 0 ? CHUNK_STREAM.command : CHUNK_STREAM.media,
    type: MESSAGE.commandAmf0,
    stream,
    timestampMs: 0,
    payload: encodeAmf0([name, transaction, ...values]),
  };
}

/**
 * Reads a command; null if the message is none.
 * @throws RtmpError `garbage`
 */
export function readCommand({ type, payload }: RtmpMessage): Command | null {
  if (type !== MESSAGE.commandAmf0 && type !== MESSAGE.commandAmf3) return null;
  // Commands of AMF3 are AMF0 behind a zero byte.
  const [name, transaction, ...values] = decodeAmf0(
    type === MESSAGE.commandAmf3 ? payload.subarray(1) : payload,
  );
  if (typeof name !== "string") return null;
  return { name, transaction: typeof transaction === "number" ? transaction : 0, values };
}

/** What an answer or a status says of itself. */
export interface Status {
  /** Such as `NetStream.Publish.Start`; "" if there is none. */
  code: string;
  /** The server's own words; not yet cleaned. */
  description: string;
  failed: boolean;
}

/** The status in a command's values: their last object with a code, a level or a description. */
export function readStatus({ name, values }: Command): Status {
  const info = values.filter(isAmfObject).findLast((value) =>
    ["code", "level", "description"].some((field) => amfText(value, field) !== "")
  );
  return {
    code: amfText(info, "code"),
    description: amfText(info, "description"),
    failed: name === "_error" || amfText(info, "level") === "error",
  };
}
