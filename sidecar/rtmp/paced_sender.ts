import type { Clock } from "../time/clock.ts";
import type { RtmpMessage } from "./message.ts";
import { FRAME_MS, type TestSignal } from "./test_signal.ts";

/** How much faster than the pace the sender may go after it was held up. */
const CATCH_UP = 1.25;

/** Longest hold-up that is made good; what is older is left out. */
const MAX_DEBT_MS = 500;

/** What the sender sends to. */
export interface MediaSink {
  /** Bytes handed over so far. */
  sentBytes(): number;
  send(messages: readonly RtmpMessage[]): Promise<void>;
  /** Settles when more may be sent. */
  room(): Promise<void>;
}

/** How to send. */
export interface PacedOptions {
  /** Bytes on the wire, sound and headers included. */
  paceKbps: number;
  durationMs: number;
  clock: Clock;
  sleep(ms: number): Promise<void>;
  /** Called after each frame. */
  onFrame?: () => void;
}

/** What became of the plan. */
export interface SentMedia {
  /** When the first and the last frame were handed over, on the monotonic clock. */
  beganMs: number;
  endedMs: number;
  bytes: number;
  frames: number;
  /** How long the connection kept the sender waiting. */
  heldUpMs: number;
}

/**
 * Sends the test signal at its frame rate, each frame so large that the pace is met. After a
 * hold-up it catches up at no more than 1.25 times the pace, so that no burst falsifies what is
 * measured.
 * @throws whatever `sink` throws
 */
export async function sendPaced(
  sink: MediaSink,
  signal: TestSignal,
  { paceKbps, durationMs, clock, sleep, onFrame = () => {} }: PacedOptions,
): Promise<SentMedia> {
  const bytesPerMs = paceKbps / 8;
  const began = clock.monotonic();
  const before = sink.sentBytes();
  /** When the first frame would have been due, had time never been left out. */
  let originMs = began;
  let last = Number.NEGATIVE_INFINITY;
  let heldUpMs = 0;
  const first = signal.frames;
  for (let frame = 0;; frame++) {
    const due = Math.max(originMs + frame * FRAME_MS, last + FRAME_MS / CATCH_UP);
    let now = clock.monotonic();
    if (due > now) {
      await sleep(due - now);
      now = clock.monotonic();
    }
    if (now - began >= durationMs) break;
    const debt = now - originMs - frame * FRAME_MS;
    if (debt > MAX_DEBT_MS) originMs += debt - MAX_DEBT_MS;
    last = now;
    await sink.room();
    const wanted = (frame + 1) * FRAME_MS * bytesPerMs;
    await sink.send(signal.next(wanted - (sink.sentBytes() - before)));
    heldUpMs += clock.monotonic() - now;
    onFrame();
  }
  return {
    beganMs: began,
    endedMs: clock.monotonic(),
    bytes: sink.sentBytes() - before,
    frames: signal.frames - first,
    heldUpMs,
  };
}
