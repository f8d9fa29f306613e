import type { Clock } from "../time/clock.ts";
import type { ObsCommandLine } from "./command_line.ts";

/** An OBS that runs on this machine, as its process shows it. */
export interface ObsProgram extends ObsCommandLine {
  pid: number;
  /** Where it keeps its settings if it is portable; null if that is not known. */
  portableRoot: string | null;
}

/** The OBS that run. */
export interface ObsPrograms {
  programs: readonly ObsProgram[];
  /** Whether one has run for so long that its WebSocket server would answer if it were on. */
  isSettled: boolean;
}

/** A look goes through all processes: some ms. OBS takes some 5 s until its server answers. */
const PERIOD_MS = 10_000;

/**
 * A look before that is of the same search. One of long ago, before a connection that ended now, saw
 * an OBS that answered, and may be closing.
 */
const SAME_SEARCH_MS = 2 * PERIOD_MS;

/**
 * Makes the function that tells which OBS run. It looks every 10 s at most, and then only if asked:
 * while OBS is being sought.
 * @param look lists them; where it cannot, none is known to run
 */
export function createObsPrograms(
  { look, clock }: { look(): ObsProgram[]; clock: Pick<Clock, "monotonic"> },
): () => ObsPrograms {
  let lookedMs = -Infinity;
  let known: ObsPrograms = { programs: [], isSettled: false };
  return () => {
    const nowMs = clock.monotonic();
    if (nowMs - lookedMs < PERIOD_MS) return known;
    const isSameSearch = nowMs - lookedMs <= SAME_SEARCH_MS;
    lookedMs = nowMs;
    const before = new Set(isSameSearch ? known.programs.map(({ pid }) => pid) : []);
    const programs = tryTo(look);
    known = { programs, isSettled: programs.some(({ pid }) => before.has(pid)) };
    return known;
  };
}

function tryTo(look: () => ObsProgram[]): ObsProgram[] {
  try {
    return look();
  } catch {
    // OBS is found by its settings then, as it nearly always is.
    return [];
  }
}
