/** Pixels of an uncompressed BMP, one after the other as red, green, blue. */
export interface Pixels {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** Larger pictures than were asked for are not read. */
const MAX_SIDE = 4096;

/**
 * BITMAPFILEHEADER and BITMAPINFOHEADER (Microsoft, wingdi.h): "BM" 0, u32 offset of the pixels 10;
 * from 14 on u32 size of the header, i32 width 18, i32 height 22 (negative: top row first), u16
 * bits a pixel 28, u32 compression 30 (0 none, 3 bit fields).
 */
const HEADER = { size: 54, pixels: 10, width: 18, height: 22, bits: 28, compression: 30 } as const;

/**
 * Reads a BMP of 24 or 32 bits a pixel, as Qt writes it: blue, green, red (and alpha), rows from
 * the bottom up and padded to four bytes.
 * @returns null for anything else
 */
export function decodeBmp(bytes: Uint8Array): Pixels | null {
  if (bytes.length < HEADER.size || bytes[0] !== 0x42 || bytes[1] !== 0x4d) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = view.getUint32(HEADER.pixels, true);
  const width = view.getInt32(HEADER.width, true);
  const signedHeight = view.getInt32(HEADER.height, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(HEADER.bits, true);
  const compression = view.getUint32(HEADER.compression, true);
  const isPlain = compression === 0 || compression === 3 && bits === 32;
  if ((bits !== 24 && bits !== 32) || !isPlain) return null;
  if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE) return null;
  const step = bits / 8;
  const stride = Math.ceil(width * step / 4) * 4;
  if (start + stride * height > bytes.length) return null;
  const rgb = new Uint8Array(width * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const line = start + stride * (signedHeight > 0 ? height - 1 - row : row);
    for (let column = 0; column < width; column++) {
      const at = line + column * step;
      rgb[to++] = bytes[at + 2]!;
      rgb[to++] = bytes[at + 1]!;
      rgb[to++] = bytes[at]!;
    }
  }
  return { width, height, rgb };
}

/** Longest data URL that is decoded: a picture of 256 × 256 has some 350,000 characters. */
const MAX_URL_LENGTH = 4_000_000;

/** The bytes of a base64 data URL such as `data:image/bmp;base64,Qk0…`; null if it is none. */
export function dataUrlBytes(url: string): Uint8Array | null {
  const comma = url.indexOf(",");
  const isData = url.startsWith("data:image/bmp;base64,") && url.length <= MAX_URL_LENGTH;
  if (!isData) return null;
  try {
    return Uint8Array.fromBase64(url.slice(comma + 1).replace(/\s/g, ""));
  } catch {
    return null;
  }
}
