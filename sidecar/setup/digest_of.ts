/** SHA-256 of a text, in base64: tells whether a value is one that was set, without naming it. */
export async function digestOf(value: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
  return new Uint8Array(bytes).toBase64();
}
