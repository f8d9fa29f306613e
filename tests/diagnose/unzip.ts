import assert from "node:assert/strict";
import type { ZipFile } from "../../sidecar/diagnose/zip.ts";

/** The files of a zip, by its directory; fails where that and the files' own headers differ. */
export async function unzip(bytes: Uint8Array<ArrayBuffer>): Promise<ZipFile[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  const files: ZipFile[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    assert.equal(view.getUint32(at, true), 0x02014b50);
    const length = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    assert.deepEqual(bytes.slice(local + 4, local + 30), bytes.slice(at + 6, at + 32));
    const from = local + 30 + length;
    const packed = new Blob([bytes.slice(from, from + view.getUint32(at + 20, true))]);
    const plain = packed.stream().pipeThrough(new DecompressionStream("deflate-raw"));
    files.push({
      name: new TextDecoder().decode(bytes.slice(at + 46, at + 46 + length)),
      data: new Uint8Array(await new Response(plain).arrayBuffer()),
    });
    at += 46 + length;
  }
  assert.equal(at, end);
  return files;
}
