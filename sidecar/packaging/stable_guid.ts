/** A GUID made from a text: the same for the same text, in the upper case that MSI wants. */
export async function stableGuid(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const bytes = new Uint8Array(digest, 0, 16);
  // RFC 9562, version 8 (of the maker's own) and the usual variant.
  bytes[6] = 0x80 | (bytes[6] ?? 0) & 0x0f;
  bytes[8] = 0x80 | (bytes[8] ?? 0) & 0x3f;
  return bytes.toHex().toUpperCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
