/** A picture that text is hard to read on: bright bands, dark spots and fine noise. */

const HEADER_BYTES = 54;

/**
 * An uncompressed 24-bit BMP, always the same for a size. `width` must be a multiple of 4.
 * Layout: BITMAPFILEHEADER (14 bytes), then BITMAPINFOHEADER (40 bytes), rows bottom up, BGR.
 */
export function busyBackground(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + width * height * 3);
  const header = new DataView(bytes.buffer);
  header.setUint16(0, 0x424d);
  header.setUint32(2, bytes.length, true);
  header.setUint32(10, HEADER_BYTES, true);
  header.setUint32(14, 40, true);
  header.setInt32(18, width, true);
  header.setInt32(22, height, true);
  header.setUint16(26, 1, true);
  header.setUint16(28, 24, true);
  let noise = 1;
  let at = HEADER_BYTES;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (noise * 1_103_515_245 + 12_345) & 0x7fffffff;
      const grain = ((noise >> 16) & 63) - 32;
      const checker = ((x >> 5) + (y >> 5)) % 2 === 0 ? 40 : -40;
      for (let channel = 0; channel < 3; channel++) {
        const wave = Math.sin(x / (90 + 30 * channel) + channel) *
          Math.cos(y / (70 + 25 * channel));
        bytes[at++] = Math.max(0, Math.min(255, 128 + 100 * wave + checker + grain));
      }
    }
  }
  return bytes;
}
