import { sendPaced } from "./paced_sender.ts";
import { ACCEPTED_AFTER_MS, startPublishing } from "./publisher.ts";
import {
  type ConnectionOptions,
  type ConnectionTimes,
  openRtmpConnection,
} from "./rtmp_connection.ts";
import { CHUNK_SIZE } from "./rtmp_session.ts";
import { TestSignal } from "./test_signal.ts";

/** As little as keeps a stream alive. */
const KBPS = 200;

/**
 * Publishes black and silence until the key is known to be accepted.
 * @returns how long each step took, if it was
 * @throws RtmpError why it was not; without the key
 */
export async function tryPublishing(
  { url, key }: { url: string; key: string },
  options: ConnectionOptions & { acceptedAfterMs?: number } = {},
): Promise<ConnectionTimes & { startMs: number }> {
  using connection = await openRtmpConnection(url, options);
  const { session, clock, stepMs } = connection;
  const publisher = await startPublishing(connection, key);
  const signal = new TestSignal({ stream: publisher.stream, chunkSize: CHUNK_SIZE });
  await publisher.sendMedia(signal.headers(KBPS));
  await sendPaced(
    {
      sentBytes: () => session.sentBytes,
      send: (messages) => publisher.sendMedia(messages),
      room: () => Promise.resolve(),
    },
    signal,
    {
      paceKbps: KBPS,
      durationMs: options.acceptedAfterMs ?? ACCEPTED_AFTER_MS,
      clock,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
  );
  // The end of the stream must have left before the connection is closed; an answer is not due.
  await publisher.drain(stepMs).catch((error) => {
    if (session.end?.code === "aborted") throw error;
  });
  return { ...connection.times, startMs: publisher.startMs };
}
