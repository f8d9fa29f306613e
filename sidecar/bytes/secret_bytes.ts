/** Work on bytes that must not become JavaScript strings, which nobody can overwrite. */

/** Most random bytes that one call of `crypto.getRandomValues` gives (W3C Web Crypto, 10.1.1). */
const MOST_RANDOM_BYTES = 65_536;

/** Overwrites the buffers with zeros. */
export function wipe(...buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) buffer.fill(0);
}

/**
 * Zeros in memory of its own outside the engine's heap, where the garbage collector moves nothing
 * while a call outside of JavaScript uses it, and leaves no copy behind.
 */
export function newBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length));
}

/** A copy in memory of its own. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = newBytes(bytes.length);
  copy.set(bytes);
  return copy;
}

/** The parts one after another, in memory of its own. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = newBytes(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Random bytes fit for keys, however many. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = newBytes(length);
  for (let at = 0; at < length; at += MOST_RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, at + MOST_RANDOM_BYTES));
  }
  return bytes;
}

/** Whether both hold the same; takes the same time wherever they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** The bytes as hexadecimal digits in ASCII. */
export function toHexBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const digits = newBytes(bytes.length * 2);
  bytes.forEach((byte, i) => {
    digits[i * 2] = digitOf(byte >> 4);
    digits[i * 2 + 1] = digitOf(byte & 15);
  });
  return digits;
}

/** Bytes from hexadecimal digits in ASCII; null if they are none. */
export function fromHexBytes(digits: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (digits.length % 2 !== 0) return null;
  const bytes = newBytes(digits.length / 2);
  for (let i = 0; i < digits.length; i++) {
    const value = valueOf(digits[i] ?? 0);
    if (value === null) {
      wipe(bytes);
      return null;
    }
    bytes[i >> 1] = ((bytes[i >> 1] ?? 0) << 4) | value;
  }
  return bytes;
}

function digitOf(value: number): number {
  return value < 10 ? 0x30 + value : 0x61 + value - 10;
}

function valueOf(digit: number): number | null {
  if (digit >= 0x30 && digit <= 0x39) return digit - 0x30;
  const letter = digit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : null;
}
