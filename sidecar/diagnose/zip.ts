/**
 * Writes ZIP archives. Source of the layout: PKWARE's APPNOTE.TXT 6.3, sections 4.3.7 (local
 * header), 4.3.12 (central directory) and 4.3.16 (its end); names in UTF-8 (4.4.4, bit 11).
 */

/** A file of an archive. */
export interface ZipFile {
  /** With `/` between folders. */
  name: string;
  data: Uint8Array<ArrayBuffer>;
}

const UTF8_NAME = 1 << 11;
const DEFLATED = 8;
/** Version 2.0 of the format reads deflated files. */
const VERSION_NEEDED = 20;
const LOCAL = { signature: 0x04034b50, size: 30 } as const;
const CENTRAL = { signature: 0x02014b50, size: 46 } as const;
const END = { signature: 0x06054b50, size: 22 } as const;

/** @param modified stands at every file, in UTC */
export async function zip(
  files: readonly ZipFile[],
  { modified }: { modified: Date },
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, data } of files) {
    const nameBytes = new TextEncoder().encode(name);
    const packed = await deflate(data);
    const shared = sharedFields({ modified, data, packed, nameLength: nameBytes.length });
    const local = new Uint8Array(LOCAL.size);
    new DataView(local.buffer).setUint32(0, LOCAL.signature, true);
    local.set(shared, 4);
    const central = new Uint8Array(CENTRAL.size);
    const view = new DataView(central.buffer);
    view.setUint32(0, CENTRAL.signature, true);
    view.setUint16(4, VERSION_NEEDED, true);
    central.set(shared, 6);
    view.setUint32(42, at, true);
    parts.push(local, nameBytes, packed);
    directory.push(central, nameBytes);
    at += local.length + nameBytes.length + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  return joined([...parts, ...directory, endOf({ files: files.length, size, at })]);
}

/** CRC-32 as ZIP has it (APPNOTE.TXT, 4.4.7). */
export function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The 26 bytes that local header and directory have in common. */
function sharedFields(
  { modified, data, packed, nameLength }: {
    modified: Date;
    data: Uint8Array;
    packed: Uint8Array;
    nameLength: number;
  },
): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, VERSION_NEEDED, true);
  view.setUint16(2, UTF8_NAME, true);
  view.setUint16(4, DEFLATED, true);
  view.setUint16(
    6,
    modified.getUTCHours() << 11 | modified.getUTCMinutes() << 5 | modified.getUTCSeconds() >> 1,
    true,
  );
  const year = Math.max(0, modified.getUTCFullYear() - 1980);
  view.setUint16(8, year << 9 | modified.getUTCMonth() + 1 << 5 | modified.getUTCDate(), true);
  view.setUint32(10, crc32(data), true);
  view.setUint32(14, packed.length, true);
  view.setUint32(18, data.length, true);
  view.setUint16(22, nameLength, true);
  return bytes;
}

function endOf({ files, size, at }: { files: number; size: number; at: number }): Uint8Array {
  const bytes = new Uint8Array(END.size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, END.signature, true);
  view.setUint16(8, files, true);
  view.setUint16(10, files, true);
  view.setUint32(12, size, true);
  view.setUint32(16, at, true);
  return bytes;
}

async function deflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([data]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
