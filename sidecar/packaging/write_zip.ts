import { crc32, deflateRawSync } from "node:zlib";
import { joinParts } from "./join_parts.ts";
import type { PackageFile } from "./package_file.ts";

/** PKWARE's APPNOTE 6.3.9, section 4.3: signatures of the records. */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Version 2.0: deflate and folders. */
const VERSION = 20;
/** General purpose bit 11: names are UTF-8. */
const UTF8 = 0x0800;
const DEFLATE = 8;

/**
 * A zip archive, deflated; the same files give the same bytes. For contents below 4 GB.
 * @param options.folder the one folder that everything lies in
 * @param options.timeS time of every file, in Unix seconds; 1980 at the earliest
 */
export function writeZip(
  files: readonly PackageFile[],
  { folder, timeS }: { folder: string; timeS: number },
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  const time = dosTime(timeS);
  for (const { path, bytes } of files) {
    const name = new TextEncoder().encode(`${folder}/${path}`);
    const packed = deflateRawSync(bytes, { level: 9 });
    const common: Field[] = [
      [2, VERSION],
      [2, UTF8],
      [2, DEFLATE],
      [4, time],
      [4, crc32(bytes)],
      [4, packed.length],
      [4, bytes.length],
      [2, name.length],
      [2, 0],
    ];
    const local = record([[4, LOCAL], ...common]);
    parts.push(local, name, packed);
    central.push(
      record([[4, CENTRAL], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]),
      name,
    );
    offset += local.length + name.length + packed.length;
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

/** A number and how many bytes it takes, lowest first. */
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
