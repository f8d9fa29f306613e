import { AmfEcmaArray, type AmfObject, type AmfValue, MARKER } from "./amf0_value.ts";

const encoder = new TextEncoder();

/**
 * The values one after the other in AMF0, as a command's body holds them.
 * @throws RangeError if a name is longer than 65,535 bytes
 */
export function encodeAmf0(values: readonly AmfValue[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const value of values) add(value, parts);
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function add(value: AmfValue, parts: Uint8Array[]): void {
  if (typeof value === "number") parts.push(double(MARKER.number, value));
  else if (typeof value === "boolean") parts.push(Uint8Array.of(MARKER.boolean, value ? 1 : 0));
  else if (typeof value === "string") addString(value, parts);
  else if (value === null) parts.push(Uint8Array.of(MARKER.null));
  else if (value === undefined) parts.push(Uint8Array.of(MARKER.undefined));
  else if (value instanceof Date) {
    // Followed by a time zone that the format reserves and wants zero.
    parts.push(double(MARKER.date, value.getTime()), Uint8Array.of(0, 0));
  } else if (Array.isArray(value)) {
    parts.push(counted(MARKER.strictArray, value.length));
    for (const item of value) add(item, parts);
  } else if (value instanceof AmfEcmaArray) {
    parts.push(counted(MARKER.ecmaArray, Object.keys(value.entries).length));
    addFields(value.entries, parts);
  } else {
    parts.push(Uint8Array.of(MARKER.object));
    addFields(value, parts);
  }
}

function addString(text: string, parts: Uint8Array[]): void {
  const bytes = encoder.encode(text);
  if (bytes.length <= 0xffff) parts.push(Uint8Array.of(MARKER.string), shortLength(bytes), bytes);
  else parts.push(counted(MARKER.longString, bytes.length), bytes);
}

function addFields(fields: AmfObject, parts: Uint8Array[]): void {
  for (const [name, value] of Object.entries(fields)) {
    const bytes = encoder.encode(name);
    if (bytes.length > 0xffff) throw new RangeError("A name in AMF0 has at most 65,535 bytes.");
    parts.push(shortLength(bytes), bytes);
    add(value, parts);
  }
  parts.push(Uint8Array.of(0, 0, MARKER.objectEnd));
}

function shortLength({ length }: Uint8Array): Uint8Array {
  return Uint8Array.of(length >> 8, length & 0xff);
}

function counted(marker: number, count: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = marker;
  new DataView(bytes.buffer).setUint32(1, count);
  return bytes;
}

function double(marker: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = marker;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}
