/**
 * Room for text that C writes. The memory is taken outside the engine's own heap, as all buffers
 * of nonblocking calls must be: the garbage collector moves small typed arrays that lie inside.
 */
export function textBuffer(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(bytes));
}

/** The text up to the first zero byte; null if there is none. */
export function textOf(buffer: Uint8Array): string | null {
  const end = buffer.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? buffer : buffer.subarray(0, end)).trim();
  return text === "" ? null : text;
}
