import { type AcknowledgedRate, acknowledgedRate } from "./acknowledged_rate.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import type { Bandwidth } from "./bandwidth.ts";
import type { SentMedia } from "./paced_sender.ts";
import { RtmpError } from "./rtmp_error.ts";

/** Share of the pace above which the link took it all; clocks and frames are not finer. */
const TOOK_ALL = 0.97;

/** From this backlog on the link did not keep up (OBS drops frames from 700 ms on). */
const FULL_BACKLOG_MS = 700;

/** Share of the time that a connection holds the sender up even if it takes everything. */
const HELD_UP = 0.05;

/** What was seen of a test. */
export interface Observations {
  sent: SentMedia;
  acknowledgements: Acknowledgements;
  /** Bytes sent before the media and counted by the server too. */
  sentBefore: number;
  /** When the server had taken everything; null if it does not tell. */
  drainedMs: number | null;
  roundTripMs: number;
  warmUpMs: number;
  paceKbps: number;
}

/**
 * What the observations say of the link. Acknowledgements come first: they leave the warm-up out,
 * in which the link's first burst allowance and TCP's slow start stand. The drain counts
 * everything from the first byte on.
 * @throws RtmpError `unmeasurable` if the server told nothing
 */
export function assessBandwidth(
  seen: Observations,
): Pick<
  Bandwidth,
  "sustainedKbps" | "limitedBy" | "backlogMs" | "stability" | "method" | "handedKbps"
> {
  const { sent, paceKbps } = seen;
  const rate = fromAcknowledgements(seen);
  const drainKbps = fromDrain(seen);
  const sustainedKbps = rate?.kbps ?? drainKbps;
  if (sustainedKbps === null) throw unmeasurable();
  const handedKbps = sent.bytes * 8 / (sent.endedMs - sent.beganMs);
  const heldUp = sent.heldUpMs > HELD_UP * (sent.endedMs - sent.beganMs);
  // A sender that was slow although nothing held it up says nothing of the link.
  const offeredKbps = heldUp ? paceKbps : Math.min(paceKbps, handedKbps);
  const backlogMs = backlog(seen, sustainedKbps);
  const tookAll = sustainedKbps >= TOOK_ALL * offeredKbps && backlogMs < FULL_BACKLOG_MS;
  return {
    sustainedKbps,
    limitedBy: tookAll ? "pace" : "link",
    backlogMs,
    stability: rate?.stability ?? null,
    method: rate === null ? "drain" : "acknowledgements",
    handedKbps,
  };
}

function fromAcknowledgements(
  { acknowledgements, sent, warmUpMs }: Observations,
): AcknowledgedRate | null {
  if (!acknowledgements.usable) return null;
  return acknowledgedRate(acknowledgements.samples, {
    fromMs: sent.beganMs + warmUpMs,
    toMs: sent.endedMs,
  });
}

function fromDrain({ drainedMs, sent, roundTripMs }: Observations): number | null {
  if (drainedMs === null) return null;
  const takenMs = drainedMs - sent.beganMs - roundTripMs;
  // What is under way when the last frame has gone was sent within the time all the same.
  return sent.bytes * 8 / Math.max(takenMs, sent.endedMs - sent.beganMs);
}

function backlog(
  { drainedMs, sent, roundTripMs, acknowledgements, sentBefore }: Observations,
  kbps: number,
): number {
  if (drainedMs !== null) return Math.max(0, drainedMs - sent.endedMs - roundTripMs);
  const lastBytes = acknowledgements.samples.findLast(({ atMs }) => atMs <= sent.endedMs)?.bytes;
  const underWay = sentBefore + sent.bytes - (lastBytes ?? 0) - acknowledgements.largestStep / 2;
  return Math.max(0, underWay * 8 / kbps - roundTripMs);
}

function unmeasurable(): RtmpError {
  return new RtmpError(
    "unmeasurable",
    "The server neither acknowledges what it receives nor answers after it in time: either it " +
      "never does, or the link is many times slower than the test. Try again with a lower " +
      "bitrate, or another ingest of the platform.",
  );
}
