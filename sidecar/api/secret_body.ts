/**
 * Reads a body that holds a secret. All of it happens on bytes: a JavaScript string could not be
 * overwritten afterwards.
 */
import { newBytes, wipe } from "../bytes/secret_bytes.ts";

/** Why a body is refused, without a part of it. */
export class SecretBodyError extends Error {
  override name = "SecretBodyError";
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What a backslash and this letter stand for (RFC 8259, 7); `u` is another matter. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);

const SHAPE = 'The body must be {"value":"…"}, with the secret as a text, and nothing else.';
const KEY = new TextEncoder().encode('"value"');

/**
 * The secret in `{"value":"…"}`, in UTF-8 and in memory of its own, which the caller wipes.
 * @throws SecretBodyError if the body is anything else
 */
export function secretOfBody(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const secret = newBytes(body.length);
  try {
    return readObject(body, secret);
  } finally {
    wipe(secret);
  }
}

function readObject(body: Uint8Array, secret: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 0;
  const skip = () => {
    while ([0x20, 0x09, 0x0a, 0x0d].includes(body[at] ?? 0)) at++;
  };
  const expect = (bytes: Iterable<number>) => {
    skip();
    for (const byte of bytes) if (body[at++] !== byte) throw new SecretBodyError(SHAPE);
    skip();
  };
  expect([0x7b]);
  expect(KEY);
  expect([0x3a]);
  if (body[at] !== QUOTE) throw new SecretBodyError(SHAPE);
  const { end, length } = readString(body, { at: at + 1, into: secret });
  at = end;
  expect([0x7d]);
  if (at !== body.length) throw new SecretBodyError(SHAPE);
  const value = newBytes(length);
  value.set(secret.subarray(0, length));
  return value;
}

/** @returns where the text's closing quote has been passed, and how many bytes it has */
function readString(
  body: Uint8Array,
  { at: start, into }: { at: number; into: Uint8Array },
): { end: number; length: number } {
  let length = 0;
  for (let at = start; at < body.length;) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) return { end: at + 1, length };
    if (byte < 0x20) throw new SecretBodyError(SHAPE);
    if (byte !== BACKSLASH) {
      into[length++] = byte;
      at++;
      continue;
    }
    const plain = ESCAPES.get(body[at + 1] ?? 0);
    if (plain !== undefined) {
      into[length++] = plain;
      at += 2;
      continue;
    }
    const { point, end } = readPoint(body, at);
    length += writePoint(into, { at: length, point });
    at = end;
  }
  throw new SecretBodyError(SHAPE);
}

/** Reads `\uXXXX`, or two of them that make one character. */
function readPoint(body: Uint8Array, at: number): { point: number; end: number } {
  const high = readUnit(body, at);
  if (high < 0xd800 || high > 0xdfff) return { point: high, end: at + 6 };
  const low = readUnit(body, at + 6);
  if (high > 0xdbff || low < 0xdc00 || low > 0xdfff) throw new SecretBodyError(SHAPE);
  return { point: 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), end: at + 12 };
}

function readUnit(body: Uint8Array, at: number): number {
  if (body[at] !== BACKSLASH || body[at + 1] !== 0x75) throw new SecretBodyError(SHAPE);
  let unit = 0;
  for (let i = at + 2; i < at + 6; i++) unit = unit * 16 + hexDigit(body[i] ?? 0);
  return unit;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  if (letter < 0x61 || letter > 0x66) throw new SecretBodyError(SHAPE);
  return letter - 0x61 + 10;
}

/** First byte of a character in UTF-8, by the number of bytes that follow it. */
const LEADS = [0, 0xc0, 0xe0, 0xf0];

/** Writes a character in UTF-8 (RFC 3629, 3). @returns how many bytes that took */
function writePoint(
  into: Uint8Array,
  { at, point }: { at: number; point: number },
): number {
  if (point < 0x80) {
    into[at] = point;
    return 1;
  }
  const tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  into[at] = (LEADS[tail] ?? 0) | point >> (6 * tail);
  for (let i = tail; i > 0; i--) into[at + 1 + tail - i] = 0x80 | point >> (6 * (i - 1)) & 0x3f;
  return tail + 1;
}
