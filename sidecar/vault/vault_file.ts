/** The outside of vault.dat: what can be read of it without a key. */
import { joinBytes, newBytes, sameBytes } from "../bytes/secret_bytes.ts";
import { BACKEND_NUMBERS, type BackendId, backendOfNumber, KEY_ID_BYTES } from "./backend.ts";
import { MAX_PLAIN_BYTES } from "./credential.ts";

/** What the header says. */
export interface VaultHeader {
  backend: BackendId;
  keyId: Uint8Array;
  /** 16 random bytes, new whenever a secret was set, bound or deleted. */
  contentsId: Uint8Array;
}

/** A vault.dat taken apart. */
export interface VaultFile {
  header: VaultHeader;
  /** The header's bytes, to which the payload is bound. */
  headerBytes: Uint8Array;
  payload: Uint8Array;
}

/** The bytes are no whole vault. The message says in what way. */
export class DamageError extends Error {
  override name = "DamageError";
}

const MAGIC = new TextEncoder().encode("OTBVAULT");
const VERSION = 1;
/** Bytes of a header's `contentsId`. */
export const CONTENTS_ID_BYTES = 16;

/**
 * Layout: 8 bytes magic, u8 version, u8 back end, 16 bytes key id, 16 bytes contents id (so far
 * the header), u32 length of the payload in little endian, SHA-256 of all of these and the
 * payload, payload. The digest tells damage from a wrong key.
 */
const AT = { version: 8, backend: 9, keyId: 10, contentsId: 26, length: 42, digest: 46 } as const;
/** Bytes before the payload. */
const PAYLOAD_AT = 78;
const HEADER_BYTES = AT.length;

/** Larger than any vault.dat: a payload takes twice its plain bytes, and a little. */
export const MAX_FILE_BYTES = 2 * MAX_PLAIN_BYTES + 4096;

/** The header as bytes. */
export function encodeHeader({ backend, keyId, contentsId }: VaultHeader): Uint8Array {
  return joinBytes(MAGIC, Uint8Array.of(VERSION, BACKEND_NUMBERS[backend]), keyId, contentsId);
}

/** The whole file. */
export async function encodeVaultFile(
  { headerBytes, payload }: Omit<VaultFile, "header">,
): Promise<Uint8Array> {
  const length = newBytes(4);
  new DataView(length.buffer).setUint32(0, payload.length, true);
  const digest = await digestOf(headerBytes, length, payload);
  return joinBytes(headerBytes, length, digest, payload);
}

/**
 * Takes a file apart.
 * @throws DamageError if it is cut, was changed, is no vault or one of a later version
 */
export async function decodeVaultFile(bytes: Uint8Array): Promise<VaultFile> {
  if (bytes.length > MAX_FILE_BYTES) throw new DamageError("it is larger than any vault");
  if (!sameBytes(bytes.subarray(0, MAGIC.length), MAGIC)) throw new DamageError("it is no vault");
  if (bytes.length < PAYLOAD_AT) throw new DamageError("it is cut off");
  const version = bytes[AT.version];
  if (version !== VERSION) {
    throw new DamageError(`it has the version ${version}, and this program knows ${VERSION}`);
  }
  const headerBytes = bytes.subarray(0, HEADER_BYTES);
  const length = bytes.subarray(AT.length, AT.digest);
  const payload = bytes.subarray(PAYLOAD_AT);
  const announced = new DataView(bytes.buffer, bytes.byteOffset).getUint32(AT.length, true);
  if (payload.length < announced) throw new DamageError("it is cut off");
  const digest = await digestOf(headerBytes, length, payload);
  if (!sameBytes(digest, bytes.subarray(AT.digest, PAYLOAD_AT))) {
    throw new DamageError("its checksum does not match");
  }
  const backend = backendOfNumber(bytes[AT.backend] ?? 0);
  if (backend === null) throw new DamageError("it names an unknown back end");
  const header = {
    backend,
    keyId: bytes.subarray(AT.keyId, AT.keyId + KEY_ID_BYTES),
    contentsId: bytes.subarray(AT.contentsId, AT.contentsId + CONTENTS_ID_BYTES),
  };
  return { header, headerBytes, payload };
}

async function digestOf(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joinBytes(...parts)));
}
