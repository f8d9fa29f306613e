import { newBytes, wipe } from "../bytes/secret_bytes.ts";
import { isCredentialId } from "./credential_id.ts";

/** One secret of the vault. Whoever gets credentials wipes them after use. */
export interface Credential {
  id: string;
  value: Uint8Array;
  /** Unix seconds. */
  created_at: number;
  /** Unix seconds; null if it was never used. */
  last_used: number | null;
  /** The host it was entered for, as `canonicalHost` writes it; null if none was named. */
  host: string | null;
  /** 8 random bytes in hexadecimal, new whenever value or host changes. */
  revision: string;
}

/** Most bytes that all secrets together may take: 63 of the largest allowed. */
export const MAX_PLAIN_BYTES = 4 << 20;

/** Version of the layout below. */
const VERSION = 1;
const HEAD_BYTES = 8;
/** Before id, host and value: i64 created, i64 used, revision 8, u16 and u16 lengths, u32 length. */
const FIXED_BYTES = 32;
/** `last_used` of a secret that was never used. */
const NEVER = -1n;

/** Overwrites the values. */
export function wipeCredentials(credentials: readonly Credential[]): void {
  wipe(...credentials.map(({ value }) => value));
}

/**
 * The credentials as bytes, numbers in little endian: u32 version, u32 count; for each i64
 * created_at, i64 last_used (-1: never), 8 bytes revision, u16 length of the id, u16 of the host
 * (0: none), u32 of the value; id and host in UTF-8, the value as it is.
 */
export function encodeCredentials(credentials: readonly Credential[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = credentials.map((credential) => ({
    ...credential,
    idBytes: encoder.encode(credential.id),
    hostBytes: encoder.encode(credential.host ?? ""),
  }));
  const lengths = parts.map(({ idBytes, hostBytes, value }) =>
    FIXED_BYTES + idBytes.length + hostBytes.length + value.length
  );
  const bytes = newBytes(lengths.reduce((sum, length) => sum + length, HEAD_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, VERSION, true);
  view.setUint32(4, parts.length, true);
  let at = HEAD_BYTES;
  for (const { idBytes, hostBytes, value, ...credential } of parts) {
    const { created_at, last_used, revision } = credential;
    view.setBigInt64(at, BigInt(created_at), true);
    view.setBigInt64(at + 8, last_used === null ? NEVER : BigInt(last_used), true);
    bytes.set(Uint8Array.fromHex(revision), at + 16);
    view.setUint16(at + 24, idBytes.length, true);
    view.setUint16(at + 26, hostBytes.length, true);
    view.setUint32(at + 28, value.length, true);
    at += FIXED_BYTES;
    for (const part of [idBytes, hostBytes, value]) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

/**
 * Reads what `encodeCredentials` wrote. The values are copies: `bytes` may be wiped.
 * @throws if it is something else
 */
export function decodeCredentials(bytes: Uint8Array): Credential[] {
  const credentials: Credential[] = [];
  try {
    readCredentials(bytes, credentials);
    return credentials;
  } catch (error) {
    wipeCredentials(credentials);
    throw error;
  }
}

function readCredentials(bytes: Uint8Array, credentials: Credential[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(0, true);
  if (version !== VERSION) throw new RangeError(`Credentials of an unknown version ${version}`);
  const count = view.getUint32(4, true);
  let at = HEAD_BYTES;
  const take = (length: number) => {
    if (at + length > bytes.length) throw new RangeError("A credential is cut off");
    at += length;
    return bytes.subarray(at - length, at);
  };
  for (let i = 0; i < count; i++) {
    const start = at;
    take(FIXED_BYTES);
    const used = view.getBigInt64(start + 8, true);
    const id = textOf(take(view.getUint16(start + 24, true)));
    const host = textOf(take(view.getUint16(start + 26, true)));
    if (!isCredentialId(id)) throw new RangeError("A credential has no valid id");
    const stored = take(view.getUint32(start + 28, true));
    const value = newBytes(stored.length);
    value.set(stored);
    credentials.push({
      id,
      value,
      created_at: Number(view.getBigInt64(start, true)),
      last_used: used === NEVER ? null : Number(used),
      host: host === "" ? null : host,
      revision: bytes.subarray(start + 16, start + 24).toHex(),
    });
  }
  if (at !== bytes.length) throw new RangeError("Something follows the last credential");
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
