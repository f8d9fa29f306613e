import { joinParts } from "../bytes/join_parts.ts";
import type { PackageFile } from "./package_file.ts";

const BLOCK = 512;

/**
 * A tar archive (POSIX.1-1988 `ustar`: name at 0, mode at 100, owner at 108 and 116, size at 124,
 * time at 136, checksum at 148, type at 156, magic at 257; a name above 100 bytes has its front at
 * 345). Owner is root; the same files give the same bytes.
 * @param options.folder the one folder that everything lies in
 * @param options.timeS time of every file, in Unix seconds
 */
export function writeTar(
  files: readonly PackageFile[],
  { folder, timeS }: { folder: string; timeS: number },
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const { path, bytes, isProgram } of files) {
    const mode = isProgram ? 0o755 : 0o644;
    parts.push(header(`${folder}/${path}`, { mode, size: bytes.length, timeS }), bytes);
    parts.push(new Uint8Array((BLOCK - bytes.length % BLOCK) % BLOCK));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return joinParts(parts);
}

function header(
  path: string,
  { mode, size, timeS }: { mode: number; size: number; timeS: number },
): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => block.set(new TextEncoder().encode(text), offset);
  const octal = (offset: number, value: number, digits: number) =>
    put(offset, value.toString(8).padStart(digits, "0"));
  const cut = path.length <= 100 ? -1 : path.lastIndexOf("/", 155);
  if (path.length - cut - 1 > 100) throw new Error(`${path} is too long for a tar archive.`);
  put(0, path.slice(cut + 1));
  octal(100, mode, 7);
  octal(108, 0, 7);
  octal(116, 0, 7);
  octal(124, size, 11);
  octal(136, timeS, 11);
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\0" + "00" + "root");
  put(297, "root");
  if (cut > 0) put(345, path.slice(0, cut));
  put(148, `${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `);
  return block;
}
