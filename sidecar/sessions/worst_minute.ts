import type { Session } from "../../shared/session.ts";

/** Span of one part of the minute that slides: it moves on by so much. */
const PART_MS = 10_000;
const PARTS = 6;

/** Frames of one kind: how many there were, and how many of them were lost. */
export interface FrameGrowth {
  total: number;
  lost: number;
}

/** Frames for the network, for the GPU to render, and for the encoder. */
export interface Growth {
  network: FrameGrowth;
  gpu: FrameGrowth;
  encoder: FrameGrowth;
}

interface Part extends Growth {
  /** Place of its begin on the session's axis of time. */
  at: number;
  ms: number;
}

/** The minute in which most frames were lost. `at` is a place on the session's axis of time. */
export type WorstMinute = NonNullable<Session["worst_minute"]>;

/** What is kept to find the worst minute, as JSON: the last minute and the worst one. */
export interface WorstMinuteState {
  /** The last minute in parts, oldest first; the last one is still being filled. */
  parts: Part[];
  worst: WorstMinute | null;
}

/** Nothing is known yet. */
export function newWorstMinute(): WorstMinuteState {
  return { parts: [], worst: null };
}

/** Takes the frames of a step that began at a place on the axis. */
export function addFrames(
  state: WorstMinuteState,
  { at, ms, growth }: { at: number; ms: number; growth: Growth },
): void {
  let part = state.parts.at(-1);
  if (part === undefined || part.ms >= PART_MS) {
    part = { at, ms: 0, network: none(), gpu: none(), encoder: none() };
    state.parts.push(part);
    if (state.parts.length > PARTS) state.parts.shift();
  }
  part.ms += ms;
  for (const cause of ["network", "gpu", "encoder"] as const) {
    part[cause].total += growth[cause].total;
    part[cause].lost += growth[cause].lost;
  }
  if (part.ms < PART_MS || state.parts.length < PARTS) return;
  const minute = lostIn(state.parts);
  if (isWorse(minute, state.worst)) state.worst = minute;
}

/** The worst minute so far; of less than a minute, all of it. Null while nothing is lost. */
export function worstMinute({ parts, worst }: WorstMinuteState): WorstMinute | null {
  return worst ?? (parts.length > 0 ? lostIn(parts) : null);
}

function none(): FrameGrowth {
  return { total: 0, lost: 0 };
}

function isWorse(minute: WorstMinute | null, worst: WorstMinute | null): boolean {
  return minute !== null && minute.lost_percentage > (worst?.lost_percentage ?? 0);
}

/** The shares of the three kinds together, and the kind with the largest share. */
function lostIn(parts: readonly Part[]): WorstMinute | null {
  const share = (cause: keyof Growth) => {
    const sum = (field: keyof FrameGrowth) =>
      parts.reduce((all, part) => all + part[cause][field], 0);
    return sum("total") <= 0 ? 0 : Math.min(100, sum("lost") / sum("total") * 100);
  };
  const shares = (["network", "gpu", "encoder"] as const)
    .map((cause) => ({ cause, share: share(cause) }))
    .toSorted((a, b) => b.share - a.share);
  const lost = Math.min(100, shares.reduce((all, each) => all + each.share, 0));
  const [most] = shares;
  if (most === undefined || lost <= 0) return null;
  return { at: parts[0]?.at ?? 0, lost_percentage: lost, cause: most.cause };
}
