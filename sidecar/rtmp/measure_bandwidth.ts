import { assessBandwidth } from "./assess_bandwidth.ts";
import { acknowledgedRate } from "./acknowledged_rate.ts";
import type { Bandwidth, BandwidthProgress } from "./bandwidth.ts";
import { type MediaSink, sendPaced, type SentMedia } from "./paced_sender.ts";
import { type Publisher, startPublishing } from "./publisher.ts";
import {
  type ConnectionOptions,
  openRtmpConnection,
  type RtmpConnection,
} from "./rtmp_connection.ts";
import { RtmpError } from "./rtmp_error.ts";
import { CHUNK_SIZE } from "./rtmp_session.ts";
import { TestSignal } from "./test_signal.ts";
import { unacknowledgedCap } from "./unacknowledged_cap.ts";

/** Start of a test that does not count: TCP's slow start, the link's burst allowance. */
const WARM_UP_MS = 3000;

/** How often one looks whether the server has acknowledged enough to go on. */
const ROOM_POLL_MS = 10;

/** How long a server may acknowledge nothing, with media waiting, before it counts as one that does not. */
const UNUSABLE_MS = 2000;

const PROGRESS_MS = 1000;

/** Longest wait for the rest on a server that acknowledges: two seconds of media are under way. */
const ACKNOWLEDGED_DRAIN_MS = 8000;

/** How to measure. */
export interface BandwidthOptions extends ConnectionOptions {
  /** What to send per second; 1.2 times the planned bitrate tells whether there is a reserve. */
  paceKbps: number;
  /** How long to send; 18 s unless told otherwise. */
  durationMs?: number;
  /**
   * Longest wait for a server that acknowledges nothing to take the rest; three times
   * `durationMs` unless told otherwise.
   */
  drainMs?: number;
  onProgress?: (progress: BandwidthProgress) => void;
}

/**
 * Publishes black and silence at `paceKbps` and measures what the server receives of it. What the
 * socket takes is no measure: on a slow link the system's buffers take many seconds of media.
 * @throws RtmpError without the key; RangeError if `paceKbps` or `durationMs` is not above zero
 */
export async function measureBandwidth(
  { url, key }: { url: string; key: string },
  options: BandwidthOptions,
): Promise<Bandwidth> {
  const { paceKbps, durationMs = 18_000, drainMs = 3 * durationMs } = options;
  if (!(paceKbps > 0) || !(durationMs > 0)) {
    throw new RangeError("A bandwidth test needs a pace and a duration above zero.");
  }
  using connection = await openRtmpConnection(url, options);
  const { session, clock } = connection;
  const { acknowledgements } = session;
  const publisher = await startPublishing(connection, key);
  const signal = new TestSignal({ stream: publisher.stream, chunkSize: CHUNK_SIZE });
  await publisher.sendMedia(signal.headers(paceKbps));
  const sentBefore = session.sentBytes;
  const sent = await sendPaced(cappedSink({ connection, publisher, paceKbps }), signal, {
    paceKbps,
    durationMs,
    clock,
    sleep,
    onFrame: progressReports(connection, { onProgress: options.onProgress }),
  });
  const isAcknowledged = acknowledgements.usable && acknowledgements.samples.length > 0;
  const mayWaitMs = isAcknowledged ? ACKNOWLEDGED_DRAIN_MS : drainMs;
  const drainedMs = await drained(publisher, { connection, mayWaitMs });
  const roundTripMs = publisher.roundTripMs;
  const warmUpMs = Math.min(WARM_UP_MS, durationMs / 3);
  return {
    ...assessBandwidth({
      ...{ sent, acknowledgements, sentBefore, drainedMs, roundTripMs, warmUpMs, paceKbps },
    }),
    paceKbps,
    ...totals(sent),
    times: { ...connection.times, startMs: publisher.startMs },
  };
}

function cappedSink({ connection: { session, clock }, publisher, paceKbps }: {
  connection: RtmpConnection;
  publisher: Publisher;
  paceKbps: number;
}): MediaSink {
  const { acknowledgements } = session;
  const full = () =>
    session.sentBytes - acknowledgements.bytes > unacknowledgedCap(acknowledgements, { paceKbps });
  return {
    sentBytes: () => session.sentBytes,
    send: (messages) => publisher.sendMedia(messages),
    room: async () => {
      let heardMs = clock.monotonic();
      let heardBytes = acknowledgements.bytes;
      while (session.end === null && full()) {
        const now = clock.monotonic();
        if (acknowledgements.bytes !== heardBytes) {
          heardMs = now;
          heardBytes = acknowledgements.bytes;
        }
        // Some servers acknowledge once, or early and then coarsely. A connection that is stuck
        // shows when it is written to.
        if (now - heardMs > UNUSABLE_MS) acknowledgements.usable = false;
        await sleep(ROOM_POLL_MS);
      }
    },
  };
}

/** @returns when the server had taken everything; null if it does not answer */
async function drained(
  publisher: Publisher,
  { connection: { clock }, mayWaitMs }: { connection: RtmpConnection; mayWaitMs: number },
): Promise<number | null> {
  try {
    await publisher.drain(mayWaitMs);
    return clock.monotonic();
  } catch (error) {
    // Some servers close the connection once the stream has ended: its acknowledgements remain.
    if (error instanceof RtmpError && error.code !== "aborted") return null;
    throw error;
  }
}

function progressReports(
  { session, clock }: RtmpConnection,
  { onProgress }: { onProgress: BandwidthOptions["onProgress"] },
): () => void {
  const began = clock.monotonic();
  const before = session.sentBytes;
  let next = began + PROGRESS_MS;
  return () => {
    const now = clock.monotonic();
    if (onProgress === undefined || now < next) return;
    next += PROGRESS_MS;
    const { samples, bytes } = session.acknowledgements;
    onProgress({
      elapsedMs: now - began,
      sentBytes: session.sentBytes - before,
      acknowledgedBytes: samples.length === 0 ? null : bytes,
      acknowledgedKbps: acknowledgedRate(samples, { fromMs: now - WARM_UP_MS, toMs: now })?.kbps ??
        null,
    });
  };
}

function totals({ bytes, beganMs, endedMs }: SentMedia) {
  return { sentBytes: bytes, durationMs: endedMs - beganMs };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
