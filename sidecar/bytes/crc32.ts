/** The polynomial, its bits turned round (RFC 1952, section 8). */
const POLYNOMIAL = 0xedb88320;

/** CRC-32 as zip and gzip have it (PKWARE's APPNOTE 6.3.9, section 4.4.7). */
export function crc32(data: Uint8Array): number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => eightBits(byte));
  let crc = ~0;
  for (const byte of data) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function eightBits(byte: number): number {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  return crc;
}
