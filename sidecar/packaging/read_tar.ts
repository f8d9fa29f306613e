const BLOCK = 512;

/**
 * Files of a tar archive by their paths (POSIX.1-1988 `ustar`: a header block of 512 bytes with the
 * name at 0, the size in octal at 124 and the type at 156; contents padded to whole blocks).
 * Archives with longer names, as later extensions have them, are not read.
 */
export function readTar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let offset = 0; offset + BLOCK <= archive.length;) {
    const text = (from: number, length: number) =>
      (new TextDecoder().decode(archive.subarray(offset + from, offset + from + length))
        .split("\0")[0] ?? "").trim();
    const name = text(0, 100);
    if (name === "") break;
    const size = Number.parseInt(text(124, 12), 8);
    const type = text(156, 1);
    if (type === "" || type === "0") {
      files.set(name, archive.subarray(offset + BLOCK, offset + BLOCK + size));
    }
    offset += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
