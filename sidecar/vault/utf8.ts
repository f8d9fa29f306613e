/** Least code point that a UTF-8 sequence of so many further bytes may stand for (RFC 3629, 3). */
const LEAST = [0, 0x80, 0x800, 0x10000] as const;

/**
 * Whether bytes are well-formed UTF-8 (RFC 3629) without the control characters of ASCII. It is
 * told on the bytes: a secret is not to become a string for that.
 */
export function isPlainUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at++] ?? 0;
    if (first < 0x80) {
      if (first < 0x20 || first === 0x7f) return false;
      continue;
    }
    const more = first >> 5 === 0b110
      ? 1
      : first >> 4 === 0b1110
      ? 2
      : first >> 3 === 0b11110
      ? 3
      : 0;
    if (more === 0) return false;
    let point = first & (0x3f >> more);
    for (let left = more; left > 0; left--) {
      const next = bytes[at++] ?? 0;
      if (next >> 6 !== 0b10) return false;
      point = point << 6 | next & 0x3f;
    }
    const isSurrogate = point >= 0xd800 && point <= 0xdfff;
    if (point < (LEAST[more] ?? 0) || isSurrogate || point > 0x10ffff) return false;
  }
  return true;
}
