/** Bytes of a seal. */
const SEAL_BYTES = 4;

/** Adds four bytes to some, by which `unseal` finds out whether they are as they were. */
export function seal(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const sealed = new Uint8Array(bytes.length + SEAL_BYTES);
  sealed.set(bytes);
  new DataView(sealed.buffer).setUint32(bytes.length, checksum(bytes));
  return sealed;
}

/** @throws RangeError if the bytes are not as `seal` made them */
export function unseal(sealed: Uint8Array): Uint8Array {
  const bytes = sealed.subarray(0, Math.max(0, sealed.length - SEAL_BYTES));
  const { buffer, byteOffset, byteLength } = sealed;
  const view = new DataView(buffer, byteOffset, byteLength);
  if (sealed.length < SEAL_BYTES || view.getUint32(bytes.length) !== checksum(bytes)) {
    throw new RangeError("The figures are damaged");
  }
  return bytes;
}

/** As FNV-1a does it (draft-eastlake-fnv, section 2), but four bytes at a time. */
function checksum(bytes: Uint8Array): number {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const words = new Uint32Array(padded.buffer);
  let hash = 0x811c9dc5 ^ bytes.length;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ (words[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
