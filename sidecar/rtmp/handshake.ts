import { RtmpError } from "./rtmp_error.ts";
import type { Transport } from "./network.ts";

/** Bytes of C1, S1, C2 and S2, RTMP 1.0, section 5.2.3. */
const HANDSHAKE_BYTES = 1536;

/** The protocol's version, C0. */
const VERSION = 3;

/**
 * Sends C0 and C1, reads S0 and S1, sends C2, reads S2. S2 should repeat C1, but servers with
 * Flash's digests answer otherwise: it is not compared.
 * @throws RtmpError `garbage` if the server speaks another protocol, `closed_without_reason`
 */
export async function shakeHands(transport: Transport): Promise<void> {
  const hello = new Uint8Array(1 + HANDSHAKE_BYTES);
  hello[0] = VERSION;
  // C1's time and the four bytes behind it stay zero; the rest is to be unlike anybody's.
  crypto.getRandomValues(hello.subarray(9));
  await writeAll(transport, hello);
  const answer = await readWhole(transport, 1 + HANDSHAKE_BYTES, (first) => {
    if (first !== VERSION) {
      throw new RtmpError(
        "garbage",
        "The server does not speak RTMP: its first byte is not the protocol's version. " +
          "Check the URL's port, and whether it should begin with rtmps://.",
      );
    }
  });
  await writeAll(transport, answer.subarray(1));
  await readWhole(transport, HANDSHAKE_BYTES);
}

/** Writes all bytes, in as many pieces as the connection wants. */
export async function writeAll(transport: Transport, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await transport.write(bytes.subarray(at));
}

async function readWhole(
  transport: Transport,
  length: number,
  checkFirst: (byte: number) => void = () => {},
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await transport.read(bytes.subarray(at));
    if (count === null) {
      throw new RtmpError(
        "closed_without_reason",
        "The server closed the connection during the RTMP handshake. " +
          "Check the URL's port, and whether it should begin with rtmps://.",
      );
    }
    if (at === 0 && count > 0) checkFirst(bytes[0] ?? 0);
    at += count;
  }
  return bytes;
}
