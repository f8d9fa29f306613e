/** Text as base64 of its SHA-256. */
async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toBase64();
}

/** 32 random bytes as base64: a salt or a challenge. */
export function randomToken(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64();
}

/**
 * What a client that knows the password must answer.
 * Source: obs-websocket, docs/generated/protocol.md, "Creating an authentication string".
 */
export async function authenticationString(
  password: string,
  { salt, challenge }: { salt: string; challenge: string },
): Promise<string> {
  return await digest(await digest(password + salt) + challenge);
}
