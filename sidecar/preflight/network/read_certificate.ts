/**
 * Reads a server's certificate as it is sent in the clear: by the first messages of a TLS 1.2
 * handshake (RFC 5246, section 7.4), which is not gone on with. Deno tells nothing of the
 * certificate of a connection, and Node's way to it takes 10 MB of memory.
 */
import { joinParts } from "../../bytes/join_parts.ts";
import { writeAll } from "../../rtmp/handshake.ts";
import type { Transport } from "../../rtmp/network.ts";

const HANDSHAKE = 22;
const SERVER_HELLO_DONE = 14;
const CERTIFICATE = 11;
const TLS_1_2 = [3, 3];

/** ECDHE and plain RSA with AES, as every server of the last ten years knows some of. */
const CIPHERS = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x002f];
/** X25519, P-256, P-384. */
const GROUPS = [0x001d, 0x0017, 0x0018];
/** ECDSA, RSA-PSS and RSA with SHA-256 to SHA-512. */
const SIGNATURES = [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601];

/** Largest record (RFC 5246, section 6.2.1), and more than any server's certificates take. */
const MAX_RECORD_BYTES = 16_384 + 2_048;
const MAX_HANDSHAKE_BYTES = 64 * 1024;

/**
 * The server's own certificate in DER. Who the server is, is not checked here: only what a
 * connection has checked already is to be read.
 * @param host name that is asked for; none is sent for an address
 * @returns null if the server does not take TLS 1.2, or sends something else
 */
export async function readCertificate(
  transport: Transport,
  { host }: { host: string },
): Promise<Uint8Array | null> {
  await writeAll(transport, clientHello(host));
  let messages = new Uint8Array();
  while (messages.length < MAX_HANDSHAKE_BYTES) {
    const head = await readExactly(transport, 5);
    if (head === null || head[0] !== HANDSHAKE) return null;
    const length = number(head, 3, 2);
    if (length > MAX_RECORD_BYTES) return null;
    const record = await readExactly(transport, length);
    if (record === null) return null;
    messages = joinParts([messages, record]);
    const found = certificateIn(messages);
    if (found !== undefined) return found;
  }
  return null;
}

/** The first certificate; undefined as long as it may still come, null if none will. */
function certificateIn(messages: Uint8Array): Uint8Array | null | undefined {
  for (let at = 0; at + 4 <= messages.length;) {
    const type = messages[at];
    const end = at + 4 + number(messages, at + 1, 3);
    if (end > messages.length) return undefined;
    if (type === CERTIFICATE) {
      const start = at + 10;
      const stop = start + number(messages, at + 7, 3);
      return stop <= end ? messages.slice(start, stop) : null;
    }
    if (type === SERVER_HELLO_DONE) return null;
    at = end;
  }
  return undefined;
}

/** @returns null if the connection ends before */
async function readExactly(transport: Transport, length: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await transport.read(bytes.subarray(at));
    if (count === null) return null;
    at += count;
  }
  return bytes;
}

function clientHello(host: string): Uint8Array {
  const isAddress = /^[\d.]+$|:/.test(host);
  const name = new TextEncoder().encode(host);
  const extensions = [
    ...isAddress ? [] : extension(0, sized(2, [0, ...sized(2, [...name])])),
    ...extension(10, sized(2, GROUPS.flatMap(pair))),
    ...extension(11, [1, 0]),
    ...extension(13, sized(2, SIGNATURES.flatMap(pair))),
  ];
  const random = [...crypto.getRandomValues(new Uint8Array(32))];
  const body = [
    ...TLS_1_2,
    ...random,
    0,
    ...sized(2, CIPHERS.flatMap(pair)),
    ...[1, 0],
    ...sized(2, extensions),
  ];
  return new Uint8Array([HANDSHAKE, 3, 1, ...sized(2, [1, ...sized(3, body)])]);
}

function extension(type: number, data: number[]): number[] {
  return [...pair(type), ...sized(2, data)];
}

/** Data behind its length in `bytes` bytes. */
function sized(bytes: number, data: number[]): number[] {
  const length = Array.from({ length: bytes }, (_, i) => data.length >> 8 * (bytes - 1 - i) & 255);
  return [...length, ...data];
}

function pair(value: number): number[] {
  return [value >> 8, value & 255];
}

function number(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
