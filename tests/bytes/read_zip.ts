import assert from "node:assert/strict";
import { crc32, inflateRawSync } from "node:zlib";

/**
 * A zip archive's files by their paths, in its order, each checked against its sum (PKWARE's
 * APPNOTE, 4.3). Fails where the directory and a file's own header differ.
 */
export function readZip(zip: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  const files = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    assert.equal(view.getUint32(at, true), 0x02014b50);
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameLength));
    const local = view.getUint32(at + 42, true);
    assert.equal(view.getUint32(local, true), 0x04034b50);
    assert.deepEqual(zip.subarray(local + 4, local + 30), zip.subarray(at + 6, at + 32), name);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = zip.subarray(start, start + view.getUint32(at + 20, true));
    const bytes = new Uint8Array(inflateRawSync(packed));
    assert.equal(crc32(bytes), view.getUint32(at + 16, true), name);
    assert.equal(bytes.length, view.getUint32(at + 24, true), name);
    files.set(name, bytes);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  assert.equal(at, end);
  return files;
}
