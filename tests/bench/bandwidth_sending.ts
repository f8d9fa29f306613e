import { ChunkWriter } from "../../sidecar/rtmp/chunk_writer.ts";
import { startPublishing } from "../../sidecar/rtmp/publisher.ts";
import { openRtmpConnection } from "../../sidecar/rtmp/rtmp_connection.ts";
import { CHUNK_SIZE } from "../../sidecar/rtmp/rtmp_session.ts";
import { TestSignal } from "../../sidecar/rtmp/test_signal.ts";
import { GOOD_KEY, startNginxRtmp } from "../peers/nginx_rtmp.ts";
import type { Row } from "./section.ts";

const SECONDS = 5;

/** A frame of 60 Mbit/s at 30 frames a second. */
const FRAME_BYTES = 250_000;

/** How many bytes a second the client can send into nginx, which throws them away. */
export async function measureSending(): Promise<Row[]> {
  await using nginx = await startNginxRtmp();
  using connection = await openRtmpConnection(nginx.authUrl);
  const publisher = await startPublishing(connection, GOOD_KEY);
  const signal = new TestSignal({ stream: publisher.stream, chunkSize: CHUNK_SIZE });
  await publisher.sendMedia(signal.headers(0));
  const { session } = connection;
  const before = session.sentBytes;
  const sending = await perSecond(async () => {
    await publisher.sendMedia(signal.next(FRAME_BYTES));
    return session.sentBytes - before;
  });
  const writer = new ChunkWriter();
  writer.chunkSize = CHUNK_SIZE;
  let written = 0;
  const making = await perSecond(() => {
    written += writer.write(signal.next(FRAME_BYTES)).length;
    return Promise.resolve(written);
  });
  return [{
    what: "as much as the client can send to nginx on this machine",
    promise: "",
    kept: null,
    measured: `${megabytes(sending)} MB/s (${(sending * 8 / 1e9).toFixed(1)} Gbit/s)`,
    baseline: `made without being sent: ${megabytes(making)} MB/s`,
    runs: `${SECONDS} s`,
  }];
}

/** @returns bytes per second; `run` says how many there are so far */
async function perSecond(run: () => Promise<number>): Promise<number> {
  const began = performance.now();
  for (;;) {
    const bytes = await run();
    const elapsedMs = performance.now() - began;
    if (elapsedMs >= SECONDS * 1000) return bytes * 1000 / elapsedMs;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
