import type { IncidentKind } from "./evening.ts";
import type { Card } from "./gpu.ts";

/** OBS's own Stats dock warns below 5 GiB (obs-studio, frontend/widgets/OBSBasicStats.cpp). */
const LITTLE_ROOM_BYTES = 5 * 2 ** 30;

/** A card at less than this is well, whichever it is: the hottest that a game alone makes it. */
const COOL_CELSIUS = 81;

/** A queue of no more than this has been sent: every key frame waits so long. */
const SENT_MS = 100;

/** What a step did, and how things stand after it. */
export interface StepState {
  /** Whether the incident's cause is there. */
  isOn: boolean;
  /** Frames rendered late, skipped by the encoder, and dropped by the network. */
  late: number;
  skipped: number;
  dropped: number;
  isReconnecting: boolean;
  /** The longest queue of any output. */
  queuedMs: number;
  /** Share of its bitrate that the main stream makes. */
  bitrateShare: number;
  card: Pick<Card, "throttled" | "celsius">;
  freeBytes: number;
  /** Whether a viewer hears anything. */
  isHeard: boolean;
  isConnected: boolean;
  /** Whether the game loads a level. */
  isLevelLoading: boolean;
}

/** Whether a step of an incident did harm, or was still under it. */
export function isHarmful(kind: IncidentKind, state: StepState): boolean {
  const { isOn, card } = state;
  switch (kind) {
    case "uplink_dip":
    case "ingest_dip":
    case "stalled_connection":
    case "reconnect":
      return state.dropped > 0 || state.isReconnecting || !isOn && state.queuedMs > SENT_MS;
    case "dynamic_bitrate":
      return state.bitrateShare < 1;
    case "render_lag":
      return isOn && state.late > 0;
    case "thermal_throttling":
      return card.throttled || !isOn && card.celsius >= COOL_CELSIUS;
    case "x264_overload":
      // A level that loads keeps the processor as full as it was.
      return isOn ? state.skipped > 0 : state.isLevelLoading;
    case "nvenc_overload":
      return isOn && state.skipped > 0;
    case "disk_filling":
      return state.freeBytes < LITTLE_ROOM_BYTES;
    case "silence":
      return !state.isHeard;
    case "obs_crash":
      return !state.isConnected;
    case "nothing":
      return false;
  }
}
