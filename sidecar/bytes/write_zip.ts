import { crc32 } from "./crc32.ts";
import { joinParts } from "./join_parts.ts";

/** PKWARE's APPNOTE 6.3.9, section 4.3: signatures of the records. */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Version 2.0: deflate and folders. */
const VERSION = 20;
/** General purpose bit 11: names are UTF-8. */
const UTF8 = 0x0800;
const DEFLATE = 8;

/** A file of an archive. */
export interface ZipFile {
  /** With `/` between folders. */
  name: string;
  data: Uint8Array;
}

/** What a zip archive is written with. */
export interface WriteZipOptions {
  /** Time of every file, in Unix seconds; 1980 at the earliest. */
  timeS: number;
  /** Packs a file's content (RFC 1951, no header); else the runtime's own packing. */
  deflate?: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** A zip archive, deflated; the same files give the same bytes. For contents below 4 GB. */
export async function writeZip(
  files: readonly ZipFile[],
  { timeS, deflate = deflateRaw }: WriteZipOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  const time = dosTime(timeS);
  for (const { name, data } of files) {
    const nameBytes = new TextEncoder().encode(name);
    const packed = await deflate(data);
    const common: Field[] = [
      [2, VERSION],
      [2, UTF8],
      [2, DEFLATE],
      [4, time],
      [4, crc32(data)],
      [4, packed.length],
      [4, data.length],
      [2, nameBytes.length],
      [2, 0],
    ];
    const local = record([[4, LOCAL], ...common]);
    parts.push(local, nameBytes, packed);
    central.push(
      record([[4, CENTRAL], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      nameBytes,
    );
    offset += local.length + nameBytes.length + packed.length;
  }
  const centralLength = central.reduce((sum, part) => sum + part.length, 0);
  const end = record([
    [4, END],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, centralLength],
    [4, offset],
    [2, 0],
  ]);
  return joinParts([...parts, ...central, end]);
}

async function deflateRaw(data: Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([new Uint8Array(data)]).stream().pipeThrough(
    new CompressionStream("deflate-raw"),
  );
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** How many bytes a number takes, lowest first, and the number. */
type Field = readonly [bytes: 2 | 4, value: number];

function record(fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(offset, value, true);
    else view.setUint32(offset, value, true);
    offset += size;
  }
  return bytes;
}

/** MS-DOS time (low half) and date (high half), in UTC. */
function dosTime(timeS: number): number {
  const date = new Date(timeS * 1000);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) |
    date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) |
    (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
